import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cardCode } from '../../functions/lesson/card.ts';
import { parseLesson } from '../../functions/lesson/parse.ts';
import { writeScene } from '../../functions/lesson/write-scene.ts';
import { faultsOf } from '../../shared/errors.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const scenes = (text: string) => {
  const outline = parseLesson(text, { fileName: 'range.md' });
  return outline.sections.map((content, index) => writeScene({ outline, section: index + 1, content }));
};
const code = (...lines: string[]): string => scenes(`# T\n\n## Zero\n\nWords.\n\n## One\n\n${lines.join('\n')}`)[1]?.python ?? '';
const long = '$$\n\\int_0^1 f(x)\\,dx = F(1) - F(0)\n$$';
const array = '```array\nvalues: 1 2 3\n```';

// `npx vitest -u` writes these files anew; look at the difference before you keep it.
test.each(['test/fixtures/lessons/range.md', 'examples/pythagoras.md'])('the scenes of %s are what they were', async (path) => {
  const name = path.split('/').at(-1)?.replace('.md', '') ?? '';
  for (const [index, { python }] of scenes(read(path)).entries()) await expect(python).toMatchFileSnapshot(`../golden/scenes/${name}-${index + 1}.py`);
});

test('scene code is Python, and tells the beat of each of its lines', () => {
  for (const { python, beatOfLine } of scenes(read('test/fixtures/lessons/range.md'))) {
    execFileSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input: python });
    const lines = python.split('\n');
    expect(beatOfLine).toHaveLength(lines.length - 1);
    let beat: number | undefined;
    for (const [index, line] of lines.slice(0, -1).entries()) {
      const entered = /^ {8}with self\.beat\((\d+)\):$/.exec(line);
      if (entered) beat = Number(entered[1]);
      expect(beatOfLine[index]).toBe(beat);
    }
  }
});

describe('who stands where', () => {
  test('alone: on the whole stage', () => {
    expect(code('Words.', '', array)).toContain('blocks.array(self, ["1", "2", "3"])');
  });

  test('a picture makes room from the start for what comes later', () => {
    const python = code('Words.', '', array, '', 'More words.', '', '$$\nx\n$$');
    expect(python).toContain('blocks.array(self, ["1", "2", "3"], slot="wide")');
    expect(python).toContain('blocks.formula(self, "x", slot="side")');
    expect(code('Words.', '', array, '', 'More words.', '', long)).toContain('slot="left"');
  });

  test('a new picture takes the place of the old one, a new formula that of the old', () => {
    const python = code('A.', '', array, '', 'B.', '', array, '', 'C.');
    expect(python).toMatch(/with self\.beat\(1\):\n\s+blocks\.leave\(self, array\)\n\s+array_2 = /);
    expect(python).not.toContain('slot');
    expect(code('A.', '', '$$x$$', '', 'B.', '', '$$y$$')).toMatch(/blocks\.leave\(self, formula\)\n\s+formula_2 = blocks\.formula\(self, "y"\)/);
  });

  test('a picture that is gone on with stays beside the next', () => {
    const python = code('A.', '', array, '', 'B.', '', '```chart\nbars: {a: 1, b: 2}\n```', '', 'C.', '', '```array\nlook: 1\n```');
    expect(python).toMatch(/array = .*slot="left"/);
    expect(python).toMatch(/chart = .*slot="right"/);
    expect(python).toContain('array.look(cell=1)');
  });

  test('a list and a formula share a stage without a picture', () => {
    const python = code('A.', '', '- one', '- two', '', 'B.', '', long);
    expect(python).toMatch(/item_list = .*slot="left"/);
    expect(python).toMatch(/formula = blocks.formula\((?:.|\n)*slot="right"/);
  });

  test('three at once are refused with the line of the third', () => {
    const crowded = ['A.', '', array, '', 'B.', '', '```chart\nbars: {a: 1, b: 2}\n```', '', 'C.', '', '$$x$$', '', 'D.', '', '```array\nlook: 1\n```'];
    try {
      code(...crowded);
      expect.unreachable();
    } catch (error) {
      expect(faultsOf(error)).toMatchObject([{ code: 'lesson/crowded' }]);
      expect(faultsOf(error)[0]?.line).toBeGreaterThan(8);
    }
  });

  test('a note that has no place of its own is a line', () => {
    expect(code('A.', '', array, '', 'B.', '', '$$x$$', '', '> a remark')).toContain('takeaway = blocks.takeaway(self, "a remark")');
    expect(code('A.', '', array, '', '> a remark')).toContain('blocks.note(self, "a remark", slot="side")');
  });
});

describe('in time', () => {
  test('no section begins empty: its title stands where its first picture is not yet there', () => {
    expect(code('A.', '', 'B.', '', array)).toMatch(/card = blocks\.title_card\(self, "One"\)\n\s+with self\.beat\(1\):\n\s+card\.shrink\("One"\)/);
    expect(code('**Three words.**', '', 'B.', '', array)).not.toContain('title_card');
  });

  test('pictures of one beat share it', () => {
    expect(code('A.', '', '- one', '- two', '', array)).toMatch(/with self\.share_of_beat\(1 \/ 2\):\n {16}item_list = [^]*\n {12}array = /);
  });

  test('what comes last is held', () => {
    const pauses = (text: string) => parseLesson(`## One\n\n${text}\n`, { fileName: 'a.md' }).sections[0]?.beats.map((beat) => beat.pauseSeconds);
    expect(pauses('A.\n\nB.\n\n$$x$$')).toEqual([0.5, 1.5]);
    expect(pauses('A.\n\n$$x$$\n\nB.')).toEqual([0.5, 0.5]);
  });

  test('a figure knows from its beginning what will need room', () => {
    expect(code('A.', '', '```plot', 'x: [0, 1]', 'function: x', '```', '', 'B.', '', '```plot', '- function: x^2', '  label: $x$', '- term: a', '- term: b', '```')).toMatch(/later=\[\{"do": "curve", "of": \["\^", "x", 2\]\}, \{"do": "term"\}\]/);
    expect(code('A.', '', '```graph', 'edges: [A - B]', '```', '', 'B.', '', '```graph', 'distances: {A: 0}', '```')).toContain('later=[{"do": "values"}]');
    expect(code('A.', '', '```chart', 'bars: {a: 1, b: 2}', '```', '', 'B.', '', '```chart', 'highlight: a', '```')).not.toContain('later');
  });
});

describe('words on the screen', () => {
  test('are large on an empty stage, and leave for the first picture', () => {
    expect(code('Then **three words** come.', '', 'B.', '', array)).toMatch(/statement = blocks\.statement\(self, \["three words"\]\)[^]*blocks\.leave\(self, statement\)\n\s+array =/);
  });

  test('are a line under a picture, at the word, for two beats', () => {
    const python = code('A.', '', array, '', 'Now **two of** them.', '', 'C.', '', 'D.');
    expect(python).toMatch(/self\.wait_for_word\("two of"\)\n\s+takeaway = blocks\.takeaway\(self, "two of"\)/);
    expect(python).toMatch(/with self\.beat\(3\):\n\s+blocks\.leave\(self, takeaway\)/);
  });

  test('of titles are words, whatever signs they hold', () => {
    const plan = parseLesson('## a "b" \\$5 \\` c\n\nWords.\n', { fileName: 'a.md' });
    const [section] = plan.sections;
    expect(section && cardCode(section, 2)).toContain('blocks.title_card(self, "a \\"b\\" \\\\$5 \\\\` c")');
  });
});

test('the film starts with its title where its first beat has no picture, else with the picture', () => {
  const [first] = scenes('---\ntitle: Film\n---\n## One\n\nA.\n\nB.\n');
  expect(first?.python).toContain('card = blocks.title_card(self, "Film")');
  expect(first?.python).not.toContain('card.shrink');
  expect(scenes(`## One\n\nA.\n\nB.\n\nC.\n\n${array}\n`)[0]?.python).toMatch(/with self\.beat\(1\):\n\s+pass\n\s+with self\.beat\(2\):\n\s+card\.shrink\("One"\)\n\s+array = /);
  expect(scenes(`## One\n\nA.\n\n${array}\n\nB.\n`)[0]?.python).not.toContain('title_card');
});
