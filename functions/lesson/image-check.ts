import { imageSize } from 'image-size';
import { LecternError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';

/** What the renderer can open. */
const known = new Set(['png', 'jpg', 'gif', 'webp', 'bmp', 'tiff']);

function measured(bytes: Uint8Array): ReturnType<typeof imageSize> | undefined {
  try {
    return imageSize(bytes);
  } catch {
    // It throws on everything that it cannot read, each kind in its own words.
    return undefined;
  }
}

/** What is wrong with a file that a lesson shows as an image, by its bytes; undefined where nothing is. */
export function checkImage(name: string, bytes: Uint8Array): LecternError | undefined {
  const size = measured(bytes);
  const fix = 'Give it as PNG or JPEG; an SVG has to be exported first.';
  if (!size || !known.has(size.type ?? '')) {
    const what = bytes.length === 0 ? 'is an empty file' : size?.type ? `is a ${size.type.toUpperCase()} file` : 'is not an image';
    return new LecternError('lesson/not-an-image', { message: `“${name}” ${what}: an image that can be shown is PNG, JPEG, GIF, WebP, BMP or TIFF.`, fix });
  }
  if (size.width < 1 || size.height < 1) return new LecternError('lesson/not-an-image', { message: `“${name}” is an image without a size.`, fix });
  const pixels = size.width * size.height;
  if (pixels <= limits.imagePixels) return undefined;
  return new LecternError('lesson/image-too-large', {
    message: `“${name}” has ${size.width} × ${size.height} pixels; ${limits.imagePixels / 1e6} million in all is the most.`,
    fix: 'Make it smaller: more than 1920 pixels across is never seen.',
  });
}
