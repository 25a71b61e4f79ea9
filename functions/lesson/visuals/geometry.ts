import type { z } from 'zod';
import { geometrySchema } from '../../../shared/contract/visuals/geometry.ts';
import { formulasIn, newOrContinued } from './figure-call.ts';
import { readFigureFence } from './figure-fence.ts';
import { checkHead } from './figure-head.ts';
import { fault, readEntries, readPair, readValue, type Written } from './figure-values.ts';
import { geometryVerbs } from './geometry-verbs.ts';
import type { Fence, VisualKind } from './visual-kind.ts';

type GeometryVisual = z.output<typeof geometrySchema>;

const readFrame = (written: Written): number[] => {
  const { value } = written;
  if (Array.isArray(value) && value.length === 4) {
    const [left = 0, bottom = 0, right = 0, top = 0] = value.map((item: unknown) => readValue({ ...written, value: item }));
    if (left < right && bottom < top) return [left, bottom, right, top];
  }
  throw fault(written, { message: 'needs left, bottom, right and top', fix: 'Write frame: [-1, -1, 8, 5].' });
};

const parse = (fence: Fence): GeometryVisual => {
  const read = readFigureFence(fence, {
    name: 'geometry', headKeys: ['points', 'frame', 'grid'], definingKey: 'points', verbs: geometryVerbs,
    action: geometrySchema.shape.draw.element,
  });
  const points = read.head.get('points');
  const frame = read.head.get('frame');
  return checkHead(geometrySchema, read, {
    kind: 'geometry',
    points: points ? Object.fromEntries(readEntries(points).map(([name, value]) => [name, readPair({ ...points, value })])) : {},
    frame: frame && readFrame(frame),
    grid: read.head.get('grid')?.value,
  });
};

/** Points, and the polygons, circles, angles and squares through them, which can slide and turn. */
export const geometryKind: VisualKind<'geometry'> = {
  kind: 'geometry',
  fences: ['geometry'],
  weight: 'figure',
  parse,
  call: (visual) => newOrContinued(visual, { name: 'geometry', positional: [visual.points], named: { frame: visual.frame, grid: visual.grid } }),
  formulas: (visual) => formulasIn([visual.draw, visual.steps]),
  assets: () => [],
};
