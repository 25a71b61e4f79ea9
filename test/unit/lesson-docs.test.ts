import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseLesson } from '../../functions/lesson/parse.ts';
import { writeScene } from '../../functions/lesson/write-scene.ts';
import { faultsOf } from '../../shared/errors.ts';

/** Every piece of Markdown that the pages on the lesson format show, made a whole lesson where it is only a part of one. */
const pages = ['README', 'docs/lesson-format', 'docs/lesson-format-text-blocks', 'docs/lesson-format-figure-blocks'];
const shown = pages.flatMap((page) => {
  const text = readFileSync(new URL(`../../${page}.md`, import.meta.url), 'utf8');
  const pieces = [...text.matchAll(/^(`{3,4})markdown\n([^]*?)^\1$/gm)].map((found) => found[2] ?? '');
  return pieces.map((piece, index) => ({ name: `${page} ${index + 1}`, lesson: /^## /m.test(piece) ? piece : `## Shown\n\nWords before it.\n\n${piece}` }));
});

test('the pages show at least a dozen pieces', () => {
  expect(shown.length).toBeGreaterThanOrEqual(12);
});

test.each(shown)('what $name shows can be used', ({ lesson }) => {
  try {
    const outline = parseLesson(lesson, { fileName: 'shown.md' });
    for (const [index, section] of outline.sections.entries()) expect(writeScene({ outline, section: index + 1, content: section }).python).toContain('class Section');
  } catch (error) {
    expect(faultsOf(error)).toEqual([]);
  }
});
