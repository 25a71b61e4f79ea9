import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assetName } from '../../functions/lesson/asset-name.ts';
import { checkImage } from '../../functions/lesson/image-check.ts';
import { assetsOf, formulasOf } from '../../functions/lesson/needs.ts';
import { parseLesson } from '../../functions/lesson/parse.ts';
import { transcript } from '../../functions/lesson/transcript.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const range = parseLesson(read('test/fixtures/lessons/range.md'), { fileName: 'range.md' });

/** The first bytes of a PNG of that size: all that its size is read from. */
const png = (width: number, height: number): Uint8Array => {
  const bytes = Buffer.alloc(64);
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};

describe('images', () => {
  test('are known by their bytes, not by their names', () => {
    expect(checkImage('leaf.png', readFileSync(new URL('../../examples/photosynthesis-leaf.png', import.meta.url)))).toBeUndefined();
    expect(checkImage('leaf.png', png(800, 600))).toBeUndefined();
  });

  test.each([
    { name: 'words', bytes: Buffer.from('not a picture'), code: 'lesson/not-an-image' },
    { name: 'nothing', bytes: new Uint8Array(), code: 'lesson/not-an-image' },
    { name: 'an SVG', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'), code: 'lesson/not-an-image' },
    { name: 'a PNG without a size', bytes: png(0, 600), code: 'lesson/not-an-image' },
    { name: 'a PNG that would fill the memory', bytes: png(60_000, 60_000), code: 'lesson/image-too-large' },
  ])('$name is refused by name', ({ bytes, code }) => {
    const fault = checkImage('leaf.png', bytes);
    expect(fault).toMatchObject({ code });
    expect(fault?.message).toContain('leaf.png');
  });

  test('have a plain name in scene code, and different ones stay different', () => {
    expect(assetName('leaf.png')).toBe('leaf.png');
    const names = ['pictures/leaf.png', 'other/leaf.png', 'mein Blatt.png', 'été.png', '.hidden.png', `${'long'.repeat(60)}.png`, '葉.png'].map(assetName);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
    expect(new Set(names).size).toBe(names.length);
  });
});

test('what a plan needs is named with the line that needs it', () => {
  expect(assetsOf(range)).toEqual([{ name: 'pictures/my leaf.png', line: 65 }]);
  expect(formulasOf(range)).toEqual([{ tex: 'a^2', line: 13 }, { tex: 'y = x^2', line: 31 }, { tex: 'x', line: 57 }]);
});

test('the transcript has every word with its time, and what is only seen', () => {
  const times = { sectionStartSeconds: [0, 61.2, 70, 80, 90], beatStartSeconds: range.sections.map(({ beats }) => beats.map((_, index) => index * 2.5)) };
  const text = transcript(range, times);
  expect(text.startsWith('# Everything at once\n\n## No picture at first (0:00)\n\n**0:00** The film')).toBe(true);
  expect(text).toContain('## A picture and what goes with it (1:01)');
  expect(text).toContain('**1:03** A short formula goes beside it.\n\n$$\ny = x^2\n$$\n\n> shown and not spoken');
  expect(text).toContain('1. Look\n2. Compare');
  expect(text).toContain('| a | b |\n| --- | --- |\n| 1 | $x$ |');
  expect(text).toContain('*A leaf*');
});

test.each(['pythagoras', 'binary-search', 'fourier', 'photosynthesis', 'oferta-y-demanda'])('the example %s is a lesson of one to two and a half minutes', (name) => {
  const plan = parseLesson(read(`examples/${name}.md`), { fileName: `${name}.md` });
  const words = plan.sections.flatMap(({ beats }) => beats).flatMap(({ narration }) => narration).flatMap(({ text, spoken }) => (spoken ?? text).split(/\s+/)).length;
  expect(words).toBeGreaterThan(120);
  expect(words).toBeLessThan(340);
});
