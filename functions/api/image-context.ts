import { LecternError } from '../../shared/errors.ts';
import { checkImageContext } from '../author/image-check.ts';
import { Problem } from './problem.ts';

const DATA_URL = /^data:image\/[a-z+.-]+;base64,/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Looks at the bytes, whatever the data URL says of them; answers them as base64 alone. @throws Problem `bad_image_context` */
export function readImageContext(image: string): string {
  const base64 = image.replace(DATA_URL, '').replace(/\s+/g, '');
  if (!BASE64.test(base64)) throw new Problem(422, { code: 'bad_image_context', message: '`image_context` is not base64.', fix: 'Send the bytes of a PNG, JPEG, GIF or WebP as base64.' });
  try {
    checkImageContext(Buffer.from(base64, 'base64'));
  } catch (error) {
    if (!(error instanceof LecternError)) throw error;
    const { code, message, fix } = error;
    throw new Problem(422, { code, message, fix });
  }
  return base64;
}
