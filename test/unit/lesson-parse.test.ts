import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeLesson } from '../../functions/lesson/decode.ts';
import { parseLesson } from '../../functions/lesson/parse.ts';
import { type Plan, planSchema, shownText, spokenText } from '../../shared/contract/plan.ts';
import { faultsOf } from '../../shared/errors.ts';
import { limits } from '../../shared/limits.ts';

const parse = (text: string): Plan => parseLesson(text, { fileName: 'my-lesson.md' });
const faults = (text: string) => {
  try {
    parse(text);
  } catch (error) {
    return faultsOf(error);
  }
  return [];
};
const section = (...lines: string[]): string => ['## One', '', ...lines].join('\n');
const range = readFileSync(new URL('../fixtures/lessons/range.md', import.meta.url), 'utf8');

describe('a lesson becomes a plan', () => {
  test('that keeps to its contract, whatever the lesson holds', () => {
    const plan = parse(range);
    expect(planSchema.parse(plan)).toEqual(plan);
    expect(plan.sections.map(({ title }) => title)).toEqual(['No picture at first', 'A picture and what goes with it', 'Told item by item', 'Cleared', 'By hand']);
  });

  test('with what its front matter says', () => {
    const plan = parse(range);
    expect(plan).toMatchObject({ title: 'Everything at once', language: 'en', theme: 'dark', keywords: ['one', 'two'] });
    expect(plan.ledger).toEqual([{ symbol: 'a', colour: 'blue', meaning: '' }, { symbol: 'x', colour: 'orange', meaning: 'what is looked for' }]);
  });

  test('whose title is that of the front matter, else the heading, else the file', () => {
    expect(parse(`---\ntitle: A\n---\n# B\n${section('Words.')}`).title).toBe('A');
    expect(parse(`# B\n${section('Words.')}`).title).toBe('B');
    expect(parse(section('Words.')).title).toBe('My lesson');
  });

  test('with Windows line ends and a byte order mark too', () => {
    expect(parse(`\uFEFF---\ntitle: A\n---\n${section('Words.')}`.replaceAll('\n', '\r\n')).title).toBe('A');
  });

  test('in which a block stands at the beat that it follows', () => {
    const beats = parse(section('One sentence to begin with.', '', '$$', 'a', '$$', '', 'Another one.', '', '$$b$$')).sections[0]?.beats;
    expect(beats?.map(({ visuals }) => visuals)).toEqual([[{ kind: 'formula', tex: 'a' }], [{ kind: 'formula', tex: 'b' }]]);
    expect(beats?.map(({ visualLines }) => visualLines)).toEqual([[5], [11]]);
  });

  test('in which a block before the first sentence stands at the first beat', () => {
    expect(parse(section('$$', 'a', '$$', '', 'Words.')).sections[0]?.beats[0]?.visuals).toEqual([{ kind: 'formula', tex: 'a' }]);
  });

  test('in which the words of an item make it the current one', () => {
    const beats = parse(range).sections[2]?.beats ?? [];
    expect(beats.map(({ visuals }) => visuals.map((visual) => ({ ...visual, code: undefined })))).toMatchObject([
      [{ kind: 'list', step: 1, items: [{ text: 'The first' }, { text: 'The second' }] }],
      [{ kind: 'list', continues: true, step: 2 }, { kind: 'code' }],
    ]);
  });

  test('in which three dots make a pause', () => {
    const beats = parse(section('Which is it?', '', '...', '', 'This one.', '', '... 3 s')).sections[0]?.beats;
    expect(beats?.map(({ pauseSeconds }) => pauseSeconds)).toEqual([1.5, 3]);
  });

  test('in which a line of dashes clears the stage', () => {
    expect(parse(range).sections[3]?.beats.map(({ clearsStage }) => clearsStage)).toEqual([undefined, true]);
  });

  test('with cards for items that have pictures', () => {
    const [visual] = parse(section('Words.', '', '- ![x](a.png) **Leaf**', '- Root')).sections[0]?.beats[0]?.visuals ?? [];
    expect(visual).toEqual({ kind: 'list', style: 'cards', items: [{ text: '**Leaf**', image: 'a.png' }, { text: 'Root' }] });
  });

  test('with the lines of the author’s own scene code', () => {
    const code = parse(range).sections[4]?.sceneCode;
    expect(code?.source.firstLine).toBe(range.split('\n').indexOf('class Own(LessonScene):') + 1);
    expect(code?.python).toContain('with self.beat(0):');
  });
});

describe('narration', () => {
  const beats = (...lines: string[]) => parse(section(...lines)).sections[0]?.beats ?? [];

  test('is shown and spoken in different words where they differ', () => {
    const [beat] = beats('Now [$E=mc^2$](say "E equals m c squared") holds, and $a^2 \\le 3$.');
    expect(beat && shownText(beat)).toBe('Now E = mc² holds, and a² ≤ 3.');
    expect(beat && spokenText(beat)).toBe('Now E equals m c squared holds, and A squared is at most 3.');
  });

  test('keeps only bold words for the screen, with their mathematics', () => {
    const [beat] = beats('Keep an **eye on $a^2$**, *always*, and `cost_$` too.');
    expect(beat?.keyPhrases).toEqual(['eye on $a^2$']);
    expect(beat && shownText(beat)).toBe('Keep an eye on a², always, and cost_$ too.');
  });

  test('is divided into beats that a listener can follow', () => {
    const sentence = 'This is a sentence of exactly eleven words, so count them.';
    expect(beats(sentence).length).toBe(1);
    expect(beats(`${sentence} ${sentence}`).length).toBe(1);
    expect(beats([sentence, sentence, sentence, sentence].join(' ')).map((beat) => shownText(beat).split(' ').length)).toEqual([22, 22]);
    expect(beats('Short one. Another. And a third one here.').length).toBe(1);
  });

  test('does not end a sentence at an abbreviation, a number or inside mathematics', () => {
    const long = 'and so on with quite a few more words to make it long enough for one beat alone';
    const shown = beats(`Take e.g. this one, ${long}. It costs 3.50 at Dr. Smith's, $1.5$ times as much, ${long}.`).map(shownText);
    expect(shown.length).toBe(2);
    expect(shown[1]).toMatch(/^It costs 3\.50 at Dr\. Smith's, 1\.5 times/);
  });

  test('keeps the lines of each beat', () => {
    const long = 'and so on with quite a few more words to make it long enough for one beat alone.';
    expect(beats(`First ${long}`, `Then ${long}`).map(({ source }) => source)).toEqual([{ firstLine: 3, lastLine: 3 }, { firstLine: 4, lastLine: 4 }]);
  });

  test('joins lines with a space, or with nothing between ideographs', () => {
    expect(beats('one', 'two.').map(shownText)).toEqual(['one two.']);
    const japanese = parse(`---\nlanguage: ja\n---\n${section('三角形の', '面積です。')}`).sections[0]?.beats.map(shownText);
    expect(japanese).toEqual(['三角形の面積です。']);
  });
});

describe('what is wrong is told with its line and what to do', () => {
  test.each([
    { name: 'nothing', lesson: ' \n', code: 'lesson/empty' },
    { name: 'no section', lesson: 'Only words.\n', code: 'lesson/no-section' },
    { name: 'words before the first section', lesson: `Words.\n\n${section('Words.')}`, code: 'lesson/before-section', line: 1 },
    { name: 'a section that says nothing', lesson: `${section('Words.')}\n\n## Two\n`, code: 'lesson/no-narration', line: 5 },
    { name: 'an unknown block', lesson: section('Words.', '', '```plott', '```'), code: 'lesson/unknown-block', line: 5, fix: /“plot”/ },
    { name: 'an unknown key of the front matter', lesson: `---\ntitle: A\nvoize: b\n---\n${section('Words.')}`, code: 'lesson/fence', line: 3, fix: /voice/ },
    { name: 'a colour that is none', lesson: `---\nsymbols:\n  a: blue\n  b: pink\n---\n${section('Words.')}`, code: 'lesson/fence', line: 4 },
    { name: 'mathematics that cannot be read aloud', lesson: section('Take $\\int_0^1 f$.'), code: 'lesson/narration', line: 3, fix: /say/ },
    { name: 'a say without words', lesson: section('Take [$x$](say).'), code: 'lesson/narration', line: 3 },
    { name: 'HTML', lesson: section('Words.', '', '<b>x</b>'), code: 'lesson/narration', line: 5 },
    { name: 'an HTML block', lesson: section('Words.', '', '<div>', '</div>'), code: 'lesson/block', line: 5 },
    { name: 'a URL as an image', lesson: section('Words.', '', '![x](https://x.org/a.png)'), code: 'lesson/asset-path', line: 5 },
    { name: 'an absolute path', lesson: section('Words.', '', '![x](/etc/passwd)'), code: 'lesson/asset-path', line: 5 },
    { name: 'a path out of the folder', lesson: section('Words.', '', '![x](a/%2e%2e/../x.png)'), code: 'lesson/asset-path', line: 5 },
    { name: 'a Windows path', lesson: section('Words.', '', '```image', 'file: "..\\\\x.png"', '```'), code: 'lesson/asset-path', line: 5 },
    { name: 'a heading that is too long, and nothing of what stands under it', lesson: `## ${'long '.repeat(30)}\n\nWords.\n\n- one\n`, code: 'lesson/heading', line: 1 },
    { name: 'a heading within a section', lesson: section('Words.', '', '### Three'), code: 'lesson/heading', line: 5 },
    { name: 'a pause before anything is said', lesson: section('...', '', 'Words.'), code: 'lesson/pause', line: 3 },
    { name: 'going on with a figure that is not there', lesson: section('Words.', '', '```array', 'look: 1', '```'), code: 'lesson/continues', line: 5 },
    { name: 'going on after the stage was cleared', lesson: section('A.', '', '```array', 'values: 1 2', '```', '', '---', '', 'B.', '', '```array', 'look: 1', '```'), code: 'lesson/continues', line: 13 },
    { name: 'an item that the list does not have', lesson: section('A.', '', '- x', '', 'B.', '', '```list', 'step: 2', '```'), code: 'lesson/continues', line: 9 },
    { name: 'a cue that is not spoken', lesson: section('A cat.', '', '```array', 'values: 1 2', 'steps:', '  - when: dog', '    look: 1', '```'), code: 'lesson/cue', line: 5 },
    { name: 'a manim block without a scene', lesson: section('Words.', '', '```manim', 'self.wait()', '```'), code: 'lesson/block', line: 5 },
    { name: 'a list in a list', lesson: section('Words.', '', '- a', '', '  Told.', '', '  - b'), code: 'lesson/block', line: 9 },
  ])('$name', ({ lesson, code, line, fix }) => {
    const told = faults(lesson);
    expect(told.map((fault) => fault.code)).toEqual([code]);
    expect(told[0]?.line).toBe(line);
    expect(told[0]?.fix).toMatch(fix ?? /\w/);
  });

  test('all at once, in the order of the lesson', () => {
    const lesson = section('Take $\\int f$.', '', '```nothing', '```', '', '![x](../x.png)');
    expect(faults(lesson).map(({ line }) => line)).toEqual([3, 5, 8]);
  });

  test('too many sections are one fault', () => {
    const lesson = Array.from({ length: 300 }, (_, index) => `## Section ${index}\n\nWords.\n`).join('\n');
    expect(faults(lesson)).toMatchObject([{ code: 'lesson/too-many-sections', message: `The lesson has 300 sections; ${limits.sections} is the most.`, line: limits.sections * 4 + 1 }]);
  });

  test('too many words and too many beats', () => {
    const words = 'Many words are spoken here. '.repeat(500);
    expect(faults(section(words)).map(({ code }) => code)).toEqual(['lesson/too-long']);
    const sentence = 'A sentence of a good length that stands alone, with twenty words or so, to fill one beat of the film.\n\n';
    const many = Array.from({ length: 21 }, (_, index) => `## S${index}\n\n${sentence.repeat(20)}`).join('');
    expect(faults(many)).toMatchObject([{ code: 'lesson/too-long', message: expect.stringContaining('420 beats') as string }]);
  });
});

describe('bytes that are no lesson', () => {
  const answer = (bytes: Uint8Array) => {
    try {
      decodeLesson(bytes);
    } catch (error) {
      return faultsOf(error)[0];
    }
    return undefined;
  };

  test('are refused with the line of the first that is not UTF-8', () => {
    expect(answer(Buffer.concat([Buffer.from('## Ünö\n\nWords\n'), Buffer.from([0xe9, 10])]))).toMatchObject({ code: 'lesson/not-utf-8', line: 4 });
    expect(answer(Buffer.from('\uFEFF## A', 'utf16le'))?.message).toContain('UTF-16');
  });

  test('are refused when they are too many', () => {
    expect(answer(new Uint8Array(limits.lessonBytes + 1))?.code).toBe('lesson/too-long');
  });
});
