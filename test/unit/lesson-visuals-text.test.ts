import { readFileSync } from 'node:fs';
import type { Blockquote, List, Table } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { mathFromMarkdown } from 'mdast-util-math';
import { gfmTable } from 'micromark-extension-gfm-table';
import { math } from 'micromark-extension-math';
import { describe, expect, it } from 'vitest';
import { kindOfFence } from '../../functions/lesson/visuals/index.ts';
import { listOfMarkdown } from '../../functions/lesson/visuals/list.ts';
import { noteOfMarkdown } from '../../functions/lesson/visuals/note.ts';
import { plainText } from '../../functions/lesson/visuals/rich-text.ts';
import { tableOfMarkdown } from '../../functions/lesson/visuals/table.ts';
import type { BlockCall, Fence } from '../../functions/lesson/visuals/visual-kind.ts';
import { nearestWord, readYamlFence } from '../../functions/lesson/visuals/yaml-fence.ts';
import { visualSchema, type Visual } from '../../shared/contract/visual.ts';
import { LecternError } from '../../shared/errors.ts';

interface Case { what: string; fences: Omit<Fence, 'firstLine'>[]; calls: BlockCall[] }
const cases = JSON.parse(readFileSync(new URL('../fixtures/text-calls.json', import.meta.url), 'utf8')) as Case[];

const read = (name: string, text: string, argument = ''): Visual => {
  const kind = kindOfFence(name);
  if (!kind) throw new Error(`no fence is called ${name}`);
  return kind.parse({ name, argument, text, firstLine: 11 });
};
const faultOf = (work: () => unknown): LecternError => {
  try {
    work();
  } catch (error) {
    if (error instanceof LecternError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};
const firstNode = (source: string): unknown =>
  fromMarkdown(source, { extensions: [math(), gfmTable()], mdastExtensions: [mathFromMarkdown(), gfmTableFromMarkdown()] }).children[0];

describe('what Python draws is what the fences say', () => {
  it.each(cases)('$what', ({ fences, calls }) => {
    const made = fences.map(({ name, argument, text }) => {
      const visual = visualSchema.parse(JSON.parse(JSON.stringify(read(name, text, argument))));
      return kindOfFence(name)?.call(visual);
    });
    expect(made).toEqual(calls);
  });
});

describe('faults name the line and what to do', () => {
  it.each<[string, string, number, RegExp]>([
    ['formula', 'higlight: a', 11, /Did you mean "highlight"/],
    ['formula', 'tex: a\nhighlight: b', 11, /Write tex: a\^2/],
    ['math', '  \n', 11, /LaTeX between/],
    ['derivation', '\n\n', 11, /one LaTeX formula a line/],
    ['list', 'step: 2\nitmes: [a]', 12, /Did you mean "items"/],
    ['list', 'items: [a, b]\nstep: 3', 12, /step: 1 to step: 2/],
    ['list', `items:\n  - short\n  - ${'long '.repeat(40)}`, 13, /Say it in the narration/],
    ['table', 'header: [a, b]\nrows:\n  - [1, 2]\n  - [3]', 14, /as many cells/],
    ['table', `header: [${'a, '.repeat(7)}b]\nrows:\n  - [1]`, 11, /two tables/],
    ['table', 'header: [a]', 11, /row: 2/],
    ['code', 'lines: 5-4', 11, /counted from 1/],
    ['code', 'valeus: {a: 1}', 11, /Did you mean "values"/],
    ['code', '', 11, /lines: 4-5/],
    ['python', `x = 1\ny = ${'1'.repeat(120)}`, 12, /part that you speak of/],
    ['python', '\n \n', 11, /part that you speak of/],
    ['image', 'point: 0', 11, /file: leaf.png/],
    ['image', 'file: a.png\ncallouts:\n  - {at: [0.5, 1.5], label: a}', 13, /keys are: file, alt, callouts, point/],
    ['image', 'file: a.png\npoint: 2\ncallouts: [{at: [0, 0], label: a}]', 12, /point: 0 to point: 1/],
    ['definition', 'term: a', 11, /statement: a few words/],
    ['theorem', `term: a\nstatement: ${'word '.repeat(30)}`, 12, /Say it in the narration/],
    ['note', ' ', 11, /few words/],
    ['list', 'items: [a', 11, /key: value/],
    ['list', 'items: *a', 11, /quotes around a text/],
    ['list', 'step: 1\nstep: 2', 12, /key: value/],
  ])('%s: %s', (name, text, line, fix) => {
    const fault = faultOf(() => read(name, text));
    expect(fault.line).toBe(line);
    expect(fault.fix).toMatch(fix);
  });

  it('does not take words after "derivation" that it does not know', () => {
    expect(faultOf(() => read('derivation', 'a = b', 'more')).line).toBe(10);
  });
});

describe('Markdown becomes the same visuals', () => {
  it('takes mathematics, strong words and code of a list along, and escapes signs that are meant themselves', () => {
    const list = firstNode('1. the *area* is $a^2$\n2. **bold** `x_1`, [a link](x), \\$5 and 2\\*\\*3\n') as List;
    const visual = listOfMarkdown(list, 1);
    expect(visual).toEqual({
      kind: 'list', style: 'steps', items: [{ text: 'the area is $a^2$' }, { text: '**bold** `x_1`, a link, \\$5 and 2\\*\\*3' }],
    });
    expect(kindOfFence('list')?.formulas(visual)).toEqual(['a^2']);
  });

  it('refuses a list within a list at the line of the inner one', () => {
    expect(faultOf(() => listOfMarkdown(firstNode('- a\n- b\n  - c\n') as List, 1)).line).toBe(3);
  });

  it('keeps how the columns of a table stand, and finds its formulas', () => {
    const table = firstNode('| a | b |\n|:--|--:|\n| 1 | $x$ |\n| 2 |\n') as Table;
    const visual = tableOfMarkdown(table, 1);
    expect(visual).toEqual({ kind: 'table', header: ['a', 'b'], rows: [['1', '$x$'], ['2', '']], align: ['left', 'right'] });
    expect(kindOfFence('table')?.formulas(visual)).toEqual(['x']);
  });

  it('says where a table has no rows', () => {
    expect(faultOf(() => tableOfMarkdown(firstNode('| a |\n|---|\n') as Table, 7)).line).toBe(7);
  });

  it('joins the paragraphs of a note and refuses anything else in it', () => {
    expect(noteOfMarkdown(firstNode('> one\n> two\n>\n> three $x$\n') as Blockquote, 1)).toEqual({ kind: 'note', text: 'one two three $x$' });
    expect(faultOf(() => noteOfMarkdown(firstNode('> one\n>\n> - two\n') as Blockquote, 1)).line).toBe(3);
  });

  it('reads rich text without its marks', () => {
    expect(plainText('**bold** `x`, $a^2$ costs \\$5')).toBe('bold x, a^2 costs $5');
  });
});

describe('reading YAML', () => {
  it('finds the line of every part', () => {
    const { lineOf } = readYamlFence({ name: 'x', argument: '', text: 'a: 1\nb:\n  - x: 2\n  - y: {z: 3}\n', firstLine: 10 });
    expect([lineOf(['a']), lineOf(['b']), lineOf(['b', 0]), lineOf(['b', 1, 'y', 'z']), lineOf(['b', 7]), lineOf([])]).toEqual([10, 11, 12, 13, 11, 10]);
  });

  it('guesses only what is near', () => {
    expect(nearestWord('Value', ['lines', 'values'])).toBe('values');
    expect(nearestWord('zebra', ['lines', 'values'])).toBeUndefined();
  });

  it('reads yes, no and dates as the words that they are', () => {
    expect(readYamlFence({ name: 'x', argument: '', text: 'a: no\nb: 2026-01-01', firstLine: 1 }).value).toEqual({ a: 'no', b: '2026-01-01' });
  });
});
