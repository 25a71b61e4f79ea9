import type { Section } from '../../shared/contract/plan.ts';
import { LecternError } from '../../shared/errors.ts';
import { type Appearance, appearancesOf, overlap } from './appearances.ts';

type Side = 'first' | 'second';

/** Signs of a formula that take room side by side, roughly. */
const glyphs = (tex: string): number =>
  tex.replaceAll(/\\(?:left|right|,|;|:|!|quad|text|mathrm|displaystyle)/g, '').replaceAll(/\\[a-zA-Z]+/g, 'x').replaceAll(/[{}^_\s&]/g, '').length;

/** Fits the narrow column (3 units) at the size of a main formula. */
const narrowGlyphs = 10;

const isNarrow = ({ visual }: Appearance): boolean =>
  (visual.kind === 'formula' && !visual.continues && glyphs(visual.tex) <= narrowGlyphs) || (visual.kind === 'note' && visual.text.length <= 60);

/**
 * Who stands where in a section, decided with the whole of it in view, so that nothing has to move aside later:
 * what is alone has the stage; a picture and what goes with it share it, the picture at the left.
 * @throws LecternError where more than two things would be there at once
 */
export function layOut(section: Section): Appearance[] {
  const appearances = appearancesOf(section);
  const sides = new Map<Appearance, Side>();
  for (const one of appearances) {
    const taken = new Set(appearances.filter((other) => overlap(one, other)).map((other) => sides.get(other)));
    const preferred: Side = one.role === 'picture' ? 'first' : 'second';
    const other: Side = preferred === 'first' ? 'second' : 'first';
    if (taken.has(preferred) && taken.has(other)) throw crowded(section, one);
    sides.set(one, taken.has(preferred) ? other : preferred);
  }
  const narrow = appearances.every((one) => sides.get(one) === 'first' || !isShared(one, appearances) || isNarrow(one));
  for (const one of appearances) one.slot = slotOf({ shared: isShared(one, appearances), side: sides.get(one) ?? 'first', narrow });
  return appearances;
}

const isShared = (one: Appearance, all: Appearance[]): boolean => all.some((other) => overlap(one, other));

function slotOf(place: { shared: boolean; side: Side; narrow: boolean }): Appearance['slot'] {
  if (!place.shared) return 'stage';
  if (place.narrow) return place.side === 'first' ? 'wide' : 'side';
  return place.side === 'first' ? 'left' : 'right';
}

const crowded = (section: Section, one: Appearance): LecternError =>
  new LecternError('lesson/crowded', {
    message: `In the section “${section.title}” three things would be on the stage at once.`,
    fix: 'Finish with one before the third comes, or divide the section: what goes on with a figure keeps it there.',
    line: one.line,
  });
