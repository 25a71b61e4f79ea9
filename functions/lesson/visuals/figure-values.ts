import { LecternError } from '../../../shared/errors.ts';
import { readNumber } from './expression.ts';

/** What stands behind a key of a figure fence, with the line to name when it is wrong. */
export interface Written {
  /** The key, for the message. */
  key: string;
  value: unknown;
  line: number;
}

export const fault = (written: Pick<Written, 'key' | 'line'>, told: { message: string; fix: string }): LecternError =>
  new LecternError('lesson/figure', { message: `"${written.key}" ${told.message}`, fix: told.fix, line: written.line });

export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

export const readLabel = ({ key, value, line }: Written): string => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw fault({ key, line }, { message: 'needs a word or a number', fix: `Write ${key}: text, in quotes where it holds a colon or starts with a sign.` });
};

/** A number, also as an expression such as -pi/2. */
export const readValue = ({ key, value, line }: Written): number => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string') return readNumber(value, line);
  throw fault({ key, line }, { message: 'needs a number', fix: `Write ${key}: 2, or an expression such as pi/2.` });
};

/** Two numbers, `[0, 2*pi]`. */
export const readPair = ({ key, value, line }: Written): [number, number] => {
  if (Array.isArray(value) && value.length === 2) {
    return [readValue({ key, value: value[0], line }), readValue({ key, value: value[1], line })];
  }
  throw fault({ key, line }, { message: 'needs two numbers', fix: `Write ${key}: [0, 4].` });
};

/** Cells from one to another, `3-7` or `[3, 7]` or `3`. */
export const readCells = ({ key, value, line }: Written): [number, number] => {
  const found = typeof value === 'string' ? /^\s*(\d+)\s*(?:-|–|to|\.\.)\s*(\d+)\s*$/.exec(value) : null;
  if (found) return [Number(found[1]), Number(found[2])];
  const [first, last = first] = asList(value);
  if (typeof first === 'number' && typeof last === 'number' && asList(value).length <= 2) return [first, last];
  throw fault({ key, line }, { message: 'needs cells', fix: `Write ${key}: 3-7 for the cells 3 to 7, counted from 0.` });
};

/** Names, as a list or divided by commas. */
export const readNames = ({ key, value, line }: Written): string[] => {
  const list = asList(value).flatMap((item) => (typeof item === 'string' ? item.split(',') : [item]));
  const names = list.map((item) => readLabel({ key, value: item, line }).trim()).filter((name) => name !== '');
  if (names.length === 0) throw fault({ key, line }, { message: 'names nothing', fix: `Write ${key}: A, B.` });
  return names;
};

/** Entries of a mapping, in the order in which they were written. */
export const readEntries = ({ key, value, line }: Written): [string, unknown][] => {
  if (isMapping(value) && Object.keys(value).length > 0) return Object.entries(value);
  throw fault({ key, line }, { message: 'needs names with what they stand for', fix: `Write ${key}: {A: 1, B: 2}, or one a line.` });
};

/** Both spellings of the word are English; the contract knows one. */
export const withBritishColour = (value: Record<string, unknown>): Record<string, unknown> => {
  if (!('color' in value)) return value;
  const { color, ...rest } = value;
  return { ...rest, colour: color };
};

/** A mapping, or the one thing that its most important key would hold: `f: x^2` is `f: {of: x^2}`. */
export const readDetails = (value: unknown, mainKey: string): Record<string, unknown> =>
  isMapping(value) ? withBritishColour(value) : { [mainKey]: value };

/** Turns whatever of the named keys are there into labels, and leaves the others as they are. */
export const withLabels = (details: Record<string, unknown>, keys: string[], line: number): Record<string, unknown> =>
  Object.fromEntries(Object.entries(details).map(([key, value]) => [key, keys.includes(key) ? readLabel({ key, value, line }) : value]));

/** Turns whatever of the named keys are there into numbers. */
export const withNumbers = (details: Record<string, unknown>, keys: string[], line: number): Record<string, unknown> =>
  Object.fromEntries(Object.entries(details).map(([key, value]) => [key, keys.includes(key) ? readValue({ key, value, line }) : value]));
