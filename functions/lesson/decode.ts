import { LecternError } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';

const byteOrderMarks: [string, number[]][] = [
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
];

/**
 * A lesson's bytes as text.
 * @throws LecternError where there are too many of them, none, or they are not UTF-8; with the line of the first wrong byte
 */
export function decodeLesson(bytes: Uint8Array): string {
  if (bytes.length > limits.lessonBytes) {
    throw new LecternError('lesson/too-long', {
      message: `The lesson has ${(bytes.length / 1e6).toFixed(1)} MB; ${limits.lessonBytes / 1e6} MB is the most.`,
      fix: 'A lesson is text: put pictures into files of their own, and divide a course into several lessons.',
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const encoding = byteOrderMarks.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0];
    throw new LecternError('lesson/not-utf-8', {
      message: `The lesson is not UTF-8 text${encoding ? `: it looks like ${encoding}` : ''}.`,
      fix: 'Save it as UTF-8: editors offer that under “Save with encoding”.',
      line: encoding ? undefined : firstWrongLine(bytes),
      cause,
    });
  }
}

/** Lines end with the byte 10 in UTF-8 and in every 8-bit encoding, so each can be tried alone. */
function firstWrongLine(bytes: Uint8Array): number | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let start = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const end = bytes.indexOf(10, start);
    const stop = end < 0 ? bytes.length : end + 1;
    try {
      decoder.decode(bytes.subarray(start, stop));
    } catch {
      return line;
    }
    start = stop;
  }
  return undefined;
}
