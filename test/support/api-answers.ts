import { expect } from 'vitest';

/** The status and body of a problem, which must be one. */
export async function problemOf(answer: Response) {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const body = (await answer.json()) as Record<string, unknown>;
  expect(body).toMatchObject({ status: answer.status, title: expect.any(String), detail: expect.any(String), fix: expect.any(String) });
  expect(typeof body['retryable']).toBe('boolean');
  expect(JSON.stringify(body)).not.toMatch(/node_modules|functions\/|\bat \S+ \(|sb_secret|\/tmp\//);
  return { status: answer.status, code: body['code'], body };
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A PNG as far as its size. */
export function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(33);
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).copy(header);
  header.writeUInt32BE(13, 8);
  header.write('IHDR', 12);
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  header.writeUInt8(8, 24);
  header.writeUInt8(6, 25);
  return header;
}
