import type { Beat, Section } from '../../../shared/contract/plan.ts';
import { type ReadSection, sectionOf } from './section-read.ts';
import { unusable } from './unusable.ts';

/** More than any section needs, and no more than a film can hold. */
const mostBeats = 24;

/**
 * A section that was corrected, as far as it can be used: a beat without words is nothing that lasts, and is left out; one without a
 * picture leaves what is seen to whoever draws the section. How long it is, and how many beats it has, is borne.
 * @throws LecternError `plan_unusable`
 */
export function mendSection({ beats }: ReadSection, { title, number }: { title: string; number: number }): Section {
  const spoken = beats.filter(({ words, unspoken }) => words > 0 || unspoken.length > 0);
  const unspoken = spoken.findIndex((beat) => beat.unspoken.length > 0);
  if (unspoken >= 0) throw unusable(`in section ${number}, beat ${unspoken + 1} has words that cannot be spoken.`);
  if (spoken.length === 0) throw unusable(`in section ${number} nothing is said.`);
  if (spoken.length > mostBeats) throw unusable(`section ${number} has ${spoken.length} beats.`);
  const kept: Beat[] = spoken.map(({ beat }) => beat);
  return sectionOf(title, kept);
}
