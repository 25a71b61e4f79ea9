import type { z } from 'zod';
import { arraySchema } from '../../../shared/contract/visuals/array.ts';
import { formulasIn, newOrContinued } from './figure-call.ts';
import { readFigureFence, type Verb } from './figure-fence.ts';
import { checkHead } from './figure-head.ts';
import { fault, readCells, readEntries, readLabel, readNames, readValue, withLabels, type Written } from './figure-values.ts';
import type { Fence, VisualKind } from './visual-kind.ts';

type ArrayVisual = z.output<typeof arraySchema>;

const oneCell = (action: string): Verb['read'] => (written, details) => [
  { do: action, cell: readValue(written), ...withLabels(details, ['label'], written.line) },
];
const someCells = (action: string): Verb['read'] => (written, details) => [
  { do: action, cells: readCells(written), ...withLabels(details, ['label'], written.line) },
];

export const arrayVerbs: Record<string, Verb> = {
  look: { example: 'look: 3, label: 41 < 85', read: oneCell('look') },
  found: { example: 'found: 7', read: oneCell('found') },
  dim: { example: 'dim: 0-6', read: someCells('recede') },
  light: { example: 'light: 0-6', read: someCells('light') },
  brace: { example: 'brace: 7-14, label: 8 left', read: someCells('brace') },
  swap: {
    example: 'swap: [1, 4]',
    read: (written, details) => [{ do: 'swap', cells: readCells(written), ...details }],
  },
  set: {
    example: 'set: {3: 8}',
    read: (written, details) => readEntries(written).map(([cell, value]) => ({
      do: 'change', cell: readValue({ ...written, value: cell }), value: readLabel({ ...written, value }), ...details,
    })),
  },
  pointers: {
    example: 'pointers: {low: 0, high: 14}',
    read: (written, details) => [{ do: 'pointers', cells: Object.fromEntries(readEntries(written)), ...details }],
  },
  uncover: { example: 'uncover: 0-3', read: someCells('uncover') },
  sweep: { example: 'sweep: 0-14, label: one by one', read: someCells('sweep') },
  count: {
    example: 'count: 7, label: left',
    read: (written, details) => [{ do: 'count', number: readValue(written), ...withLabels(details, ['label'], written.line) }],
  },
  target: {
    example: 'target: 85, label: looking for',
    read: (written, { label = 'looking for', ...details }) => [{ do: 'goal', value: readLabel(written), label: readLabel({ ...written, key: 'label', value: label }), ...details }],
  },
  clear: { example: 'clear: true', read: (_written, details) => [{ do: 'clear', ...details }] },
};

/** Values as a YAML list, or simply one after the other: `2 5 8 12`. */
const readValues = (written: Written): string[] => {
  const { value } = written;
  const spaced = typeof value === 'string' && !value.includes(',');
  const values = spaced ? value.split(/\s+/).filter((item) => item !== '') : readNames(written);
  const long = values.find((item) => item.length > 12);
  if (long !== undefined) throw fault(written, { message: `holds "${long}", which does not fit a cell`, fix: 'Keep every value within 12 characters.' });
  if (values.length > 20 && !values.every((item) => /^\d+([.,]\d+)?$/.test(item))) {
    throw fault(written, { message: `holds ${values.length} values, which are shown as bars, and not all of them are numbers of 0 or more`, fix: 'Show at most 20 cells, or write only numbers.' });
  }
  if (values.length > 200) throw fault(written, { message: `holds ${values.length} values`, fix: 'Show at most 200; a film cannot show more.' });
  return values;
};

const parse = (fence: Fence): ArrayVisual => {
  const read = readFigureFence(fence, {
    name: 'array', headKeys: ['values', 'indices', 'covered'], definingKey: 'values', verbs: arrayVerbs,
    action: arraySchema.shape.draw.element,
  });
  const values = read.head.get('values');
  return checkHead(arraySchema, read, {
    kind: 'array',
    values: values ? readValues(values) : [],
    indices: read.head.get('indices')?.value,
    covered: read.head.get('covered')?.value,
  });
};

/** A row of cells with markers, braces and counts. */
export const arrayKind: VisualKind<'array'> = {
  kind: 'array',
  fences: ['array'],
  weight: 'figure',
  parse,
  call: (visual) => newOrContinued(visual, {
    name: 'array',
    positional: [visual.values],
    named: { indices: visual.indices, covered: visual.covered },
  }),
  formulas: (visual) => formulasIn([visual.values, visual.draw, visual.steps]),
  assets: () => [],
};
