import { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';
import type { VisualKind } from './visual-kind.ts';
import { readFence } from './yaml-fence.ts';

const MOST_CALLOUTS = 6;
const share = z.number().min(0, 'a share of the width or height, from 0 to 1').max(1, 'a share of the width or height, from 0 to 1');
const callout = z.strictObject({ at: z.tuple([share, share]), label: z.union([z.string(), z.number()]).transform(String) });
const schema = z.strictObject({
  file: z.string().min(1).optional(),
  alt: z.string().max(300).optional(),
  callouts: z.array(callout).max(MOST_CALLOUTS).optional(),
  point: z.int().nonnegative().optional(),
});

/** A picture: `![what it shows](leaf.png)`, or the fence `image` with callouts; the fence with only `point` goes on with it. */
export const imageKind: VisualKind<'image'> = {
  kind: 'image',
  fences: ['image'],
  weight: 'figure',
  parse: (fence) => {
    const { value, lineOf } = readFence(fence, schema);
    const { file, alt = '', callouts = [], point } = value;
    if (file !== undefined) {
      if ((point ?? 0) > callouts.length) {
        throw new LecternError('lesson/image', { message: `The image has ${callouts.length} callouts, and "point" is ${point}.`, fix: `Write point: 0 to point: ${callouts.length}.`, line: lineOf(['point']) });
      }
      return { kind: 'image', file, alt, callouts, ...(point === undefined ? {} : { point }) };
    }
    if (point !== undefined && point > 0 && value.callouts === undefined) return { kind: 'image', continues: true, point };
    throw new LecternError('lesson/image', {
      message: 'A fence "image" needs "file" (a new image) or "point" alone (a callout of the one on the stage).',
      fix: 'Write file: leaf.png, or point: 2.',
      line: fence.firstLine,
    });
  },
  call: (visual) => {
    if (visual.continues) return { name: 'point', method: true, positional: [visual.point], named: {} };
    return {
      name: 'image', method: false, positional: [visual.file],
      named: { ...(visual.callouts.length > 0 ? { callouts: visual.callouts } : {}), ...(visual.point === undefined ? {} : { point: visual.point }) },
    };
  },
  formulas: () => [],
  assets: (visual) => visual.continues ? [] : [visual.file],
};
