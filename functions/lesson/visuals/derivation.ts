import { LecternError } from '../../../shared/errors.ts';
import type { VisualKind } from './visual-kind.ts';

const MOST_LINES = 20;

/**
 * One LaTeX line a step: ```` ```derivation ````, and ```` ```derivation next ```` for lines that go on with the one on the stage.
 * A line may start with its `=`; what stands on its left is then that of the line before.
 */
export const derivationKind: VisualKind<'derivation'> = {
  kind: 'derivation',
  fences: ['derivation'],
  weight: 'figure',
  parse: (fence) => {
    const lines = fence.text.split('\n').map((line) => line.trim().replace(/\\\\$/, '').trim()).filter((line) => line !== '');
    const argument = fence.argument.trim();
    if (argument !== '' && argument !== 'next') {
      throw new LecternError('lesson/derivation', {
        message: `After "derivation" stands "${argument}".`,
        fix: 'Write derivation for a new one, or derivation next to go on with the one on the stage.',
        line: Math.max(1, fence.firstLine - 1),
      });
    }
    if (lines.length === 0 || lines.length > MOST_LINES) {
      throw new LecternError('lesson/derivation', {
        message: lines.length === 0 ? 'A derivation has no line.' : `A derivation has ${lines.length} lines.`,
        fix: `Write one LaTeX formula a line, at most ${MOST_LINES}; go on with "derivation next" after the next sentence.`,
        line: fence.firstLine,
      });
    }
    return argument === 'next' ? { kind: 'derivation', continues: true, lines } : { kind: 'derivation', lines };
  },
  call: (visual) => visual.continues
    ? { name: 'next', method: true, positional: visual.lines, named: {} }
    : { name: 'derivation', method: false, positional: [visual.lines], named: {} },
  formulas: (visual) => visual.lines,
  assets: () => [],
};
