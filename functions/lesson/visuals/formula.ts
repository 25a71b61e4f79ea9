import { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';
import type { Fence, VisualKind } from './visual-kind.ts';
import { readFence } from './yaml-fence.ts';

const schema = z.strictObject({ tex: z.string().trim().min(1).optional(), highlight: z.string().trim().min(1).optional() });

const parse: VisualKind<'formula'>['parse'] = (fence: Fence) => {
  if (fence.name === 'math') {
    const tex = fence.text.trim();
    if (tex !== '') return { kind: 'formula', tex };
    throw new LecternError('lesson/formula', { message: 'A formula is empty.', fix: 'Write LaTeX between the two lines of dollar signs.', line: fence.firstLine });
  }
  const { value } = readFence(fence, schema);
  if (value.tex !== undefined && value.highlight === undefined) return { kind: 'formula', tex: value.tex };
  if (value.highlight !== undefined && value.tex === undefined) return { kind: 'formula', continues: true, highlight: value.highlight };
  throw new LecternError('lesson/formula', {
    message: 'A fence "formula" needs either "tex" (a new formula) or "highlight" (a piece of the one on the stage).',
    fix: 'Write tex: a^2 + b^2 = c^2, or highlight: a^2.',
    line: fence.firstLine,
  });
};

/** Display mathematics: `$$` in Markdown (given as a fence `math`); the fence `formula` lights up a piece of it. */
export const formulaKind: VisualKind<'formula'> = {
  kind: 'formula',
  fences: ['math', 'formula'],
  weight: 'companion',
  parse,
  call: (visual) => visual.continues
    ? { name: 'highlight', method: true, positional: [visual.highlight], named: {} }
    : { name: 'formula', method: false, positional: [visual.tex], named: {} },
  formulas: (visual) => visual.continues ? [] : [visual.tex],
  assets: () => [],
};
