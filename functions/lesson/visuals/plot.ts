import type { z } from 'zod';
import { plotSchema } from '../../../shared/contract/visuals/plot.ts';
import { formulasIn, newOrContinued } from './figure-call.ts';
import { readFigureFence } from './figure-fence.ts';
import { checkHead } from './figure-head.ts';
import { fault, isMapping, readLabel, readPair, readValue, type Written } from './figure-values.ts';
import { plotVerbs } from './plot-verbs.ts';
import type { Fence, VisualKind } from './visual-kind.ts';

type PlotVisual = z.output<typeof plotSchema>;
type Tick = NonNullable<PlotVisual['xTicks']>[number];

/** How a tick that was written as an expression looks beside the axis: `-pi/2` is set as mathematics. */
const tickLabel = (value: unknown): string =>
  typeof value === 'string' && /[a-z]/.test(value) ? `$${value.replace(/\bpi\b/g, '\\pi').replace(/\bsqrt\(([^()]*)\)/g, '\\sqrt{$1}').replaceAll('*', ' ')}$` : String(value).replace(/^-/, '−');

/** `[1, 2, pi]`, or with names of their own `{1: one, p: [2.5, price]}` as `{2.5: price}`. */
const readTicks = (written: Written): Tick[] => {
  const { value, line, key } = written;
  if (Array.isArray(value)) return value.map((item: unknown) => ({ at: readValue({ key, value: item, line }), label: tickLabel(item) }));
  if (isMapping(value)) return Object.entries(value).map(([at, label]) => ({ at: readValue({ key, value: at, line }), label: readLabel({ key, value: label, line }) }));
  if (value === false || value === 'none') return [];
  throw fault(written, { message: 'needs the places of its ticks', fix: `Write ${key}: [0, 1, pi], ${key}: {2.5: price}, or ${key}: none.` });
};

const readRange = (written: Written): [number, number] => {
  const [low, high] = readPair(written);
  if (low < high) return [low, high];
  throw fault(written, { message: `goes from ${low} to ${high}`, fix: 'Write the smaller number first, and a larger one after it.' });
};

const parse = (fence: Fence): PlotVisual => {
  const read = readFigureFence(fence, {
    name: 'plot', headKeys: ['x', 'y', 'x-label', 'y-label', 'x-ticks', 'y-ticks', 'grid'], definingKey: 'x', verbs: plotVerbs,
    action: plotSchema.shape.draw.element,
  });
  const written = (key: string): Written | undefined => read.head.get(key);
  const [x, y, xLabel, yLabel, xTicks, yTicks] = ['x', 'y', 'x-label', 'y-label', 'x-ticks', 'y-ticks'].map(written);
  return checkHead(plotSchema, read, {
    kind: 'plot',
    x: x ? readRange(x) : [0, 1],
    y: y && readRange(y),
    xLabel: xLabel && readLabel(xLabel),
    yLabel: yLabel && readLabel(yLabel),
    xTicks: xTicks && readTicks(xTicks),
    yTicks: yTicks && readTicks(yTicks),
    grid: written('grid')?.value,
  });
};

const ticks = (list: Tick[] | undefined): unknown => list?.map(({ at, label }) => [at, label]);

/** Axes with curves, areas, tangents, points and marks. */
export const plotKind: VisualKind<'plot'> = {
  kind: 'plot',
  fences: ['plot'],
  weight: 'figure',
  parse,
  call: (visual) => newOrContinued(visual, {
    name: 'plot',
    positional: [],
    named: {
      x: visual.x, y: visual.y, x_label: visual.xLabel, y_label: visual.yLabel,
      x_ticks: ticks(visual.xTicks), y_ticks: ticks(visual.yTicks), grid: visual.grid,
    },
  }),
  formulas: (visual) => formulasIn([visual.xLabel, visual.yLabel, visual.xTicks, visual.yTicks, visual.draw, visual.steps]),
  assets: () => [],
};
