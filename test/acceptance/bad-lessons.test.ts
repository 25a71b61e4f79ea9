import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lectern, scratchFolder } from '../support/command-line.ts';

const scratch = scratchFolder();
const environment = { LECTERN_DATA: join(scratch.path, 'data') };
afterAll(scratch.remove);

interface BadLesson {
  name: string;
  lesson: string | Uint8Array;
  /** Line that the answer has to name; undefined where it is about the whole file. */
  line?: number;
  says: RegExp;
  /** Files beside the lesson. */
  beside?: Record<string, string | Uint8Array>;
}

const head = ['---', 'title: Bad', '---', '', '## One', '', 'Look at this picture, and say what you see.', ''];
/** A lesson whose block starts at line 9. */
const withBlock = (...block: string[]): string => [...head, ...block, ''].join('\n');
const sections = (count: number): string => Array.from({ length: count }, (_, index) => `## Section ${index + 1}\n\nA sentence to be spoken.\n`).join('\n');

const badLessons: BadLesson[] = [
  { name: 'empty file', lesson: '', says: /empty/i },
  { name: 'no section', lesson: '---\ntitle: Alone\n---\n\nOnly a paragraph, and no heading above it.\n', says: /section/i },
  { name: 'unknown block', lesson: withBlock('```plott', 'x: 0..1', '```'), line: 9, says: /plott[\s\S]*plot/ },
  { name: 'LaTeX that does not compile', lesson: withBlock('$$', '\\frac{1}{2', '$$'), line: 9, says: /LaTeX/ },
  { name: 'an unknown LaTeX command', lesson: withBlock('$$', '\\nosuchcommand{x}', '$$'), line: 9, says: /nosuchcommand/ },
  { name: 'a missing image', lesson: withBlock('![a leaf](leaf.png)'), line: 9, says: /leaf\.png/ },
  { name: 'an image that is none', lesson: withBlock('![a leaf](leaf.png)'), line: 9, says: /leaf\.png[\s\S]*image/i, beside: { 'leaf.png': 'not a picture' } },
  {
    name: 'an image that is too large',
    lesson: withBlock('![a leaf](leaf.png)'),
    line: 9,
    says: /leaf\.png.*MB/,
    beside: { 'leaf.png': new Uint8Array(40_000_000) },
  },
  { name: 'a path out of the folder', lesson: withBlock('![a leaf](../secret.png)'), line: 9, says: /folder/ },
  { name: 'an absolute path', lesson: withBlock('![a leaf](/etc/passwd)'), line: 9, says: /folder|relative/ },
  { name: 'a plot of what is not mathematics', lesson: withBlock('```plot', 'x: -1..1', 'y: -1..1', 'curves:', '  - y = import("os")', '```'), says: /import|expression|mathematics/ },
  { name: 'three hundred sections', lesson: sections(300), says: /sections/ },
  { name: 'not UTF-8', lesson: new Uint8Array([0x23, 0x23, 0x20, 0xff, 0xfe, 0x0a]), says: /UTF-8/ },
];

test.each(badLessons)('$name is answered with what to do', async ({ name, lesson, line, says, beside }) => {
  const folder = join(scratch.path, name.replaceAll(/\W/g, '-'));
  mkdirSync(folder);
  const file = join(folder, 'lesson.md');
  writeFileSync(file, lesson);
  for (const [other, content] of Object.entries(beside ?? {})) writeFileSync(join(folder, other), content);

  const { code, stdout, stderr } = await lectern(['lesson', file, '--quality', 'preview', '--out', join(folder, 'out')], environment);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(says);
  expect(stderr).toContain('→');
  if (line !== undefined) expect(stderr).toContain(`lesson.md:${line}:`);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('a file that is not there is named', async () => {
  const { code, stderr } = await lectern(['lesson', join(scratch.path, 'nowhere.md')], environment);
  expect(code).toBe(2);
  expect(stderr).toContain('nowhere.md');
});

test('an unknown option is answered with a hint', async () => {
  const { code, stderr } = await lectern(['lesson', 'examples/pythagoras.md', '--qualty', 'final'], environment);
  expect(code).toBe(2);
  expect(stderr).toContain('--quality');
});

test('several faults of one lesson are told at once', async () => {
  const file = join(scratch.path, 'several.md');
  writeFileSync(file, withBlock('![a leaf](leaf.png)', '', 'And then a formula comes.', '', '$$', '\\nosuchcommand', '$$'));
  const { code, stderr } = await lectern(['lesson', file, '--out', join(scratch.path, 'several')], environment);
  expect(code).toBe(2);
  expect(stderr).toContain('several.md:9:');
  expect(stderr).toContain('several.md:13:');
});
