import { LineCounter, isMap, isNode, isScalar, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';
import type { Fence } from './visual-kind.ts';

type Path = readonly (string | number)[];

/** What the text of a fence holds, and where in the lesson each part of it stands. */
export interface YamlFence {
  /** Plain JavaScript values; null for an empty fence. */
  value: unknown;
  /** The lesson's line (1-based) of the part at that path: of the key where it is a mapping's, of the fence where there is none. */
  lineOf: (path: Path) => number;
}

const offsetOf = (document: Document, path: Path): number | undefined => {
  const parent = document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(path.at(-1)));
    if (pair && isScalar(pair.key)) return pair.key.range?.[0];
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
};

/**
 * Reads the YAML in a fence.
 *
 * @throws LecternError with the lesson's line where it is not YAML, or where a key stands twice
 */
export const readYamlFence = (fence: Fence): YamlFence => {
  const lines = new LineCounter();
  const document = parseDocument(fence.text, { lineCounter: lines, schema: 'core', prettyErrors: false });
  const lineAt = (offset: number): number => fence.firstLine + Math.max(lines.linePos(offset).line, 1) - 1;
  const [fault] = document.errors;
  if (fault) {
    throw new LecternError('lesson/yaml', {
      message: `The fence "${fence.name}" cannot be read: ${fault.message}.`,
      fix: 'Write one "key: value" a line, and put quotes around a value that holds a colon or starts with a sign, as in label: "a: b".',
      line: lineAt(fault.pos[0]),
    });
  }
  visit(document, {
    Alias: (_, node) => {
      throw new LecternError('lesson/yaml', {
        message: `The fence "${fence.name}" refers to another value with "*", which is not allowed here.`,
        fix: 'Put quotes around a text that starts with "*".',
        line: lineAt(node.range?.[0] ?? 0),
      });
    },
  });
  const lineOf = (path: Path): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = offsetOf(document, path.slice(0, length));
      if (offset !== undefined) return lineAt(offset);
    }
    return fence.firstLine;
  };
  return { value: document.toJS() as unknown, lineOf };
};

/** Changes of one letter that lead from one word to the other. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
};

/** The known word that was probably meant, or undefined where none is near. */
export const nearestWord = (written: string, known: readonly string[]): string | undefined => {
  const [best] = known.map((word) => ({ word, far: distance(written.toLowerCase(), word.toLowerCase()) })).sort((a, b) => a.far - b.far);
  return best && best.far <= Math.max(1, Math.floor(best.word.length / 2)) ? best.word : undefined;
};

const told = (fence: Fence, issue: z.core.$ZodIssue, known: readonly string[]): { message: string; fix: string } => {
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const near = issue.path.length === 0 ? nearestWord(key, known) : undefined;
    return {
      message: `The fence "${fence.name}" does not know the key "${key}".`,
      fix: near ? `Did you mean "${near}"? The keys are: ${known.join(', ')}.` : `The keys are: ${known.join(', ')}.`,
    };
  }
  const place = issue.path.length > 0 ? `"${issue.path.join('.')}"` : 'What it holds';
  return { message: `In the fence "${fence.name}": ${place} is not right: ${issue.message}.`, fix: `The keys are: ${known.join(', ')}. See docs/lesson-format.md for what each takes.` };
};

/**
 * Reads the YAML mapping in a fence and checks it.
 *
 * @throws LecternError with the lesson's line; for an unknown key it names the nearest known one
 */
export const readFence = <Shape extends z.ZodObject>(fence: Fence, schema: Shape): { value: z.output<Shape>; lineOf: YamlFence['lineOf'] } => {
  const { value, lineOf } = readYamlFence(fence);
  const checked = schema.safeParse(value ?? {});
  if (checked.success) return { value: checked.data, lineOf };
  const issues = checked.error.issues;
  const issue = issues.find((one) => one.code === 'unrecognized_keys') ?? issues[0];
  if (!issue) throw checked.error;
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const key = issue.code === 'unrecognized_keys' ? [...path, issue.keys[0] ?? ''] : path;
  throw new LecternError('lesson/fence', { ...told(fence, issue, Object.keys(schema.shape)), line: lineOf(key) });
};
