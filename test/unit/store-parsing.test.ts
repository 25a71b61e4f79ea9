import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBucketId, checkKey, encodePath, escapeLike, parseSizeBytes } from '../../functions/store/embedded/storage/names.ts';
import { parseRange } from '../../functions/store/embedded/storage/ranges.ts';

describe('Range', () => {
  it.each([
    [undefined, { kind: 'whole' }],
    ['bytes=0-0', { kind: 'part', start: 0, end: 0 }],
    ['bytes=10-', { kind: 'part', start: 10, end: 99 }],
    ['bytes=-10', { kind: 'part', start: 90, end: 99 }],
    ['bytes=-1000', { kind: 'part', start: 0, end: 99 }],
    ['bytes=90-1000', { kind: 'part', start: 90, end: 99 }],
    ['bytes=100-', { kind: 'outside' }],
    ['bytes=5-4', { kind: 'outside' }],
    ['bytes=-0', { kind: 'outside' }],
    ['bytes=-', { kind: 'whole' }],
    ['bytes=0-1,5-6', { kind: 'whole' }],
    ['lines=0-1', { kind: 'whole' }],
  ])('%s of 100 bytes', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });

  it('never reaches outside the file', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (first, last, sizeBytes) => {
        const range = parseRange(`bytes=${first}-${last}`, sizeBytes);
        return range.kind !== 'part' || (range.start >= 0 && range.start <= range.end && range.end < sizeBytes);
      }),
    );
  });

  it('of an empty file is outside', () => {
    expect(parseRange('bytes=0-', 0)).toEqual({ kind: 'outside' });
  });
});

describe('names', () => {
  it.each(['a/b/c.mp4', 'with space.mp4', 'a..b', "it's (fine)"])('key %j is taken', (key) => {
    expect(() => checkKey(key)).not.toThrow();
  });
  it.each(['', '..', '../a', 'a/../b', 'a/./b', 'ü', 'a#b', 'a\\b', 'a\u0000', 'x'.repeat(1025)])('key %j is refused', (key) => {
    expect(() => checkKey(key)).toThrow('Invalid key');
  });
  it('no bucket id that is taken names a folder outside its own', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        try {
          checkBucketId(id);
        } catch {
          return true;
        }
        return id !== '.' && id !== '..' && !id.includes('/') && !id.includes('\\') && !id.includes('\u0000') && id.length > 0;
      }),
    );
  });
  it('paths are encoded part by part and decode to themselves', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (path) => decodeURIComponent(encodePath(path)) === path));
    expect(encodePath('a b/c?.mp4')).toBe('a%20b/c%3F.mp4');
  });
  it('wildcards of LIKE are taken as they are', () => {
    expect(escapeLike('50%_\\')).toBe('50\\%\\_\\\\');
  });
});

describe('sizes', () => {
  it.each([
    ['64MB', 64_000_000],
    ['1.5KiB', 1536],
    ['10', 10],
    [7.9, 7],
    [null, null],
    [undefined, null],
  ])('%s', (text, bytes) => {
    expect(parseSizeBytes(text)).toBe(bytes);
  });
  it.each(['x', '10XB', '-1MB', -1])('%s is refused', (text) => {
    expect(() => parseSizeBytes(text)).toThrow('Invalid file size');
  });
});
