import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lectern, scratchFolder } from '../support/command-line.ts';
import { filmSuite } from '../support/film-suite.ts';

const scratch = scratchFolder();
const environment = { LECTERN_DATA: join(scratch.path, 'data') };
afterAll(scratch.remove);

/** Two examples whole, and one section of every other. */
const films = [
  { lesson: 'pythagoras', words: [] },
  { lesson: 'binary-search', words: [] },
  { lesson: 'fourier', words: ['--section', '2'] },
  { lesson: 'photosynthesis', words: ['--section', '2'] },
  { lesson: 'oferta-y-demanda', words: ['--section', '2'] },
];

filmSuite(films, scratch.path, environment);

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

test('one changed section is drawn again, and only that one', async () => {
  const changed = join(scratch.path, 'changed.md');
  const lesson = readFileSync('examples/binary-search.md', 'utf8');
  const sections = lesson.split(/^(?=## )/m);
  const last = sections.pop() as string;
  // One more sentence in the last section.
  writeFileSync(changed, [...sections, last.trimEnd(), '\n\nThat is all there is to it.\n'].join(''));
  const out = join(scratch.path, 'changed');
  const ended = await lectern(['lesson', changed, '--quality', 'preview', '--out', out], environment);
  expect(ended.code).toBe(0);
  const renders = readJson(join(out, 'report.json')).phases.filter((time: { phase: string }) => time.phase === 'render');
  expect(renders.filter((time: { cached: boolean }) => !time.cached).map((time: { section: number }) => time.section)).toEqual([sections.length]);
});
