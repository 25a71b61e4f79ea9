import { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';
import type { Fence, Literal, VisualKind } from './visual-kind.ts';
import { readFence } from './yaml-fence.ts';

/** The languages whose fences are programs; `text` for what has no colours. */
export const CODE_LANGUAGES = [
  'python', 'py', 'javascript', 'js', 'typescript', 'ts', 'java', 'kotlin', 'swift', 'c', 'cpp', 'c++', 'csharp', 'go', 'rust', 'ruby', 'php',
  'haskell', 'ocaml', 'scala', 'r', 'julia', 'lua', 'sql', 'bash', 'sh', 'shell', 'html', 'css', 'json', 'yaml', 'toml', 'xml', 'text', 'pseudocode',
];
const MOST_LINES = 200;
const MOST_COLUMNS = 100;

const textValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const schema = z.strictObject({
  lines: z.union([z.int().positive(), z.string(), z.tuple([z.int().positive(), z.int().positive()])]).optional(),
  values: z.record(z.string().max(20), textValue).optional(),
});

/** `4`, `4-5` or `[4, 5]` as first and last line. */
const readLines = (written: unknown, line: number): [number, number] => {
  const found = /^\s*(\d+)\s*(?:[-–]\s*(\d+)\s*)?$/.exec(String(written));
  const [first, last] = Array.isArray(written) ? (written as [number, number]) : [Number(found?.[1]), Number(found?.[2] ?? found?.[1])];
  if (Number.isInteger(first) && first >= 1 && last >= first) return [first, last];
  throw new LecternError('lesson/code', { message: `"${String(written)}" is not a range of lines.`, fix: 'Write lines: 4-5, counted from 1.', line });
};

const withoutBlankEnds = (text: string): string => text.replaceAll('\t', '    ').replace(/^(\s*\n)+/, '').replace(/\s+$/, '');

const parseProgram = (fence: Fence): ReturnType<VisualKind<'code'>['parse']> => {
  const code = withoutBlankEnds(fence.text);
  const lines = code.split('\n');
  const wide = lines.findIndex((line) => line.length > MOST_COLUMNS);
  if (code === '' || lines.length > MOST_LINES || wide >= 0) {
    const what = code === '' ? 'The program is empty' : wide >= 0 ? `Line ${wide + 1} of the program has ${lines[wide]?.length} characters` : `The program has ${lines.length} lines`;
    throw new LecternError('lesson/code', {
      message: `${what}.`,
      fix: `Show the part that you speak of: at most ${MOST_LINES} lines of ${MOST_COLUMNS} characters.`,
      line: fence.firstLine + Math.max(wide, 0),
    });
  }
  const argument = fence.argument.replace(/^\{|\}$/g, '').replace(/^lines\s*[=:]\s*/, '').trim();
  const focus = argument === '' ? {} : { lines: readLines(argument, Math.max(1, fence.firstLine - 1)) };
  return { kind: 'code', language: fence.name, code, ...focus };
};

/** A program in the fence of its language, `python 4-5` with lines in focus; the fence `code` goes on with it. */
export const codeKind: VisualKind<'code'> = {
  kind: 'code',
  fences: ['code', ...CODE_LANGUAGES],
  weight: 'figure',
  parse: (fence) => {
    if (fence.name !== 'code') return parseProgram(fence);
    const { value, lineOf } = readFence(fence, schema);
    if (value.lines === undefined && value.values === undefined) {
      throw new LecternError('lesson/code', {
        message: 'A fence "code" goes on with the program on the stage, and says neither "lines" nor "values".',
        fix: 'Write lines: 4-5, or values: {mid: 7}. A new program stands in a fence of its language, such as python.',
        line: fence.firstLine,
      });
    }
    return {
      kind: 'code', continues: true,
      ...(value.lines === undefined ? {} : { lines: readLines(value.lines, lineOf(['lines'])) }),
      ...(value.values === undefined ? {} : { values: value.values }),
    };
  },
  call: (visual) => {
    const values: Record<string, Literal> = visual.values ? { values: visual.values } : {};
    if (visual.continues) return { name: 'focus', method: true, positional: visual.lines ?? [], named: values };
    return { name: 'code', method: false, positional: [visual.code], named: { language: visual.language, ...(visual.lines ? { lines: visual.lines } : {}), ...values } };
  },
  formulas: () => [],
  assets: () => [],
};
