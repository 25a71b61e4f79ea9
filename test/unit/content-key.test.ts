import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesKey, contentKey } from '../../functions/pipeline/content-key.ts';

test('the order of names does not count, the order of a list does', async () => {
  expect(await contentKey({ a: 1, b: { c: 2, d: 3 } })).toBe(await contentKey({ b: { d: 3, c: 2 }, a: 1 }));
  expect(await contentKey([1, 2])).not.toBe(await contentKey([2, 1]));
});

test('a name without a value counts as absent', async () => {
  expect(await contentKey({ voice: undefined, text: 'a' })).toBe(await contentKey({ text: 'a' }));
});

test('values that JSON tells apart have different keys', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (one, other) => {
      const same = (await contentKey(one)) === (await contentKey(other));
      expect(same).toBe(JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)));
    }),
    { numRuns: 200 },
  );
});

test('bytes have the SHA-256 that everybody knows', async () => {
  expect(await bytesKey(new TextEncoder().encode('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { entries: entries.map(([name, inner]) => [name, sorted(inner)]) };
}
