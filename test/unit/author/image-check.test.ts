import { describe, expect, test } from 'vitest';
import { checkImageContext } from '../../../functions/author/image-check.ts';

/** The head of a PNG, which is all that is looked at. */
function png(width: number, height: number, bytes = 64): Uint8Array {
  const head = Buffer.alloc(bytes);
  head.write('\x89PNG\r\n\x1a\n', 'latin1');
  head.writeUInt32BE(13, 8);
  head.write('IHDR', 12, 'latin1');
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}

describe('an image that a model is to see', () => {
  test('is known by its bytes', () => {
    expect(checkImageContext(png(640, 480))).toEqual({ kind: 'png', width: 640, height: 480 });
    const gif = Buffer.from('GIF89a\x10\x00\x08\x00\x00\x00\x00', 'latin1');
    expect(checkImageContext(gif)).toEqual({ kind: 'gif', width: 16, height: 8 });
  });

  test.each([
    ['of too many bytes', png(640, 480, 5_000_001), /5\.0 MB/],
    ['of too many pixels a side', png(8001, 10), /8001 × 10 pixels/],
    ['of too many pixels in all', png(8000, 8000), /8000 × 8000 pixels/],
    ['without a side', png(0, 10), /0 × 10 pixels/],
    ['that is a line', png(2000, 10), /2000 × 10 pixels/],
    ['that is a text', Buffer.from('Look at this.'), /given as an image is none/],
    ['that is empty', new Uint8Array(), /given as an image is none/],
    ['that is drawn by a program', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>'), /of another kind: SVG/],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => checkImageContext(bytes)).toThrow(expect.objectContaining({ code: 'bad_image_context', retryable: false, message: expect.stringMatching(message) }));
  });
});
