import { imageSize } from 'image-size';
import { limits } from '../../shared/limits.ts';
import { Problem } from './problem.ts';
import { IMAGE_CONTEXT_BYTES } from './schemas.ts';

/** What vision models read. */
const known = new Set(['png', 'jpg', 'gif', 'webp']);
const DATA_URL = /^data:image\/[a-z+.-]+;base64,/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const SIDE_PIXELS = 8000;

const refuse = (message: string): Problem =>
  new Problem(422, { code: 'bad_image_context', message, fix: 'Send a PNG, JPEG, GIF or WebP of at most 5 MB as base64.' });

function measured(bytes: Uint8Array): ReturnType<typeof imageSize> {
  try {
    return imageSize(bytes);
  } catch {
    // It throws on everything that it cannot read, each kind in its own words.
    throw refuse('`image_context` is not an image.');
  }
}

/** Looks at the bytes, whatever the data URL says of them; answers them as base64 alone. @throws Problem `bad_image_context` */
export function checkImageContext(image: string): string {
  const base64 = image.replace(DATA_URL, '').replace(/\s+/g, '');
  if (!BASE64.test(base64)) throw refuse('`image_context` is not base64.');
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > IMAGE_CONTEXT_BYTES) throw refuse('`image_context` is too large.');
  const { type = '', width, height } = measured(bytes);
  if (!known.has(type)) throw refuse('`image_context` is an image of another kind.');
  const isShowable = width > 0 && height > 0 && Math.max(width, height) <= SIDE_PIXELS && width * height <= limits.imagePixels;
  if (!isShowable) throw refuse(`\`image_context\` has ${width} × ${height} pixels.`);
  return base64;
}
