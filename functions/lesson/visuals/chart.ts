import type { z } from 'zod';
import { chartSchema } from '../../../shared/contract/visuals/chart.ts';
import { formulasIn, newOrContinued } from './figure-call.ts';
import { readFigureFence, type Verb } from './figure-fence.ts';
import { checkHead } from './figure-head.ts';
import { readEntries, readNames, readValue, type Written } from './figure-values.ts';
import type { Fence, VisualKind } from './visual-kind.ts';

type ChartVisual = z.output<typeof chartSchema>;

const readBars = (written: Written): Record<string, number> =>
  Object.fromEntries(readEntries(written).map(([name, value]) => [name, readValue({ ...written, value })]));
const named = (action: string): Verb['read'] => (written, details) => [{ do: action, bars: readNames(written), ...details }];

export const chartVerbs: Record<string, Verb> = {
  set: { example: 'set: {network: 40, database: 30}', read: (written, details) => [{ do: 'change', values: readBars(written), ...details }] },
  highlight: { example: 'highlight: network', read: named('highlight') },
  show: { example: 'show: network', read: named('reveal') },
};

const parse = (fence: Fence): ChartVisual => {
  const read = readFigureFence(fence, {
    name: 'chart', headKeys: ['bars', 'unit', 'title', 'colour', 'color', 'columns', 'start', 'others'], definingKey: 'bars', verbs: chartVerbs,
    action: chartSchema.shape.draw.element,
  });
  const bars = read.head.get('bars');
  const start = read.head.get('start');
  return checkHead(chartSchema, read, {
    kind: 'chart',
    bars: bars ? readBars(bars) : {},
    unit: read.head.get('unit')?.value,
    title: read.head.get('title')?.value,
    colour: (read.head.get('colour') ?? read.head.get('color'))?.value,
    upright: read.head.get('columns')?.value,
    start: start ? readNames(start) : undefined,
    others: read.head.get('others')?.value,
  });
};

/** Bars with their values at the end. */
export const chartKind: VisualKind<'chart'> = {
  kind: 'chart',
  fences: ['chart'],
  weight: 'figure',
  parse,
  call: (visual) => newOrContinued(visual, {
    name: 'chart',
    positional: [visual.bars],
    named: { unit: visual.unit, title: visual.title, colour: visual.colour, upright: visual.upright, start: visual.start, others: visual.others },
  }),
  formulas: (visual) => formulasIn([Object.keys(visual.bars), visual.unit, visual.title]),
  assets: () => [],
};
