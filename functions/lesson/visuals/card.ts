import { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';
import { checkLength, formulasInText } from './rich-text.ts';
import type { VisualKind } from './visual-kind.ts';
import { readFence } from './yaml-fence.ts';

/** What is longer is spoken instead. */
const MOST_CHARACTERS = 100;

const schema = z.strictObject({
  term: z.union([z.string(), z.number()]).transform(String).pipe(z.string().trim().min(1).max(60)),
  statement: z.union([z.string(), z.number()]).transform(String).pipe(z.string().trim().min(1)).optional(),
  formula: z.union([z.string(), z.number()]).transform(String).pipe(z.string().trim().min(1)).optional(),
});

/** The fences `definition` and `theorem`: a term, a few words, a formula. */
export const cardKind: VisualKind<'card'> = {
  kind: 'card',
  fences: ['definition', 'theorem'],
  weight: 'companion',
  parse: (fence) => {
    const { value, lineOf } = readFence(fence, schema);
    const { term, statement, formula } = value;
    if (statement === undefined && formula === undefined) {
      throw new LecternError('lesson/card', { message: `The ${fence.name} "${term}" says nothing.`, fix: 'Add statement: a few words, or formula: LaTeX.', line: fence.firstLine });
    }
    if (statement !== undefined) checkLength({ name: `The statement of "${term}"`, text: statement, most: MOST_CHARACTERS, line: lineOf(['statement']) });
    return {
      kind: 'card', role: fence.name === 'theorem' ? 'theorem' : 'definition', term,
      ...(statement === undefined ? {} : { statement }), ...(formula === undefined ? {} : { formula }),
    };
  },
  call: ({ role, term, statement, formula }) => ({
    name: role, method: false, positional: [term, ...(statement === undefined ? [] : [statement])], named: formula === undefined ? {} : { formula },
  }),
  formulas: ({ term, statement = '', formula }) => [...formulasInText(term, statement), ...(formula === undefined ? [] : [formula])],
  assets: () => [],
};
