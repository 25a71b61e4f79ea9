import { imageSize } from 'image-size';
import { LecternError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';

const kinds = { png: 'png', jpg: 'jpeg', gif: 'gif', webp: 'webp' } as const;
const SIDE_PIXELS = 8000;
/** A line is no picture, and has no width left when its length is made to fit. */
const MOST_TIMES_AS_LONG = 50;

/** What an image is by its bytes, whatever its name or sender says. */
export interface KnownImage {
  kind: (typeof kinds)[keyof typeof kinds];
  width: number;
  height: number;
}

const refused = (message: string): LecternError =>
  new LecternError('bad_image_context', { message, fix: `Give a PNG, JPEG, GIF or WebP of at most ${limits.imageContextBytes / 1e6} MB and ${SIDE_PIXELS} pixels a side.` });

function measured(bytes: Uint8Array): ReturnType<typeof imageSize> {
  try {
    return imageSize(bytes);
  } catch {
    // It throws on everything that it cannot read, each kind in its own words.
    throw refused('What was given as an image is none.');
  }
}

const isKnown = (type: string): type is keyof typeof kinds => Object.hasOwn(kinds, type);

/**
 * Looks at an image that a model is to see, before anything decodes it.
 * @throws LecternError `bad_image_context`
 */
export function checkImageContext(bytes: Uint8Array): KnownImage {
  if (bytes.length > limits.imageContextBytes) throw refused(`The image has ${(bytes.length / 1e6).toFixed(1)} MB.`);
  const { type = '', width, height } = measured(bytes);
  if (!isKnown(type)) throw refused(type === '' ? 'What was given as an image is none.' : `The image is of another kind: ${type.toUpperCase()}.`);
  const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
  const isShowable = shorter > 0 && longer <= SIDE_PIXELS && longer <= shorter * MOST_TIMES_AS_LONG && width * height <= limits.imagePixels;
  if (!isShowable) throw refused(`The image has ${width} × ${height} pixels.`);
  return { kind: kinds[type], width, height };
}
