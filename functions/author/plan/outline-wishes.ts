import type { Flavor } from '../../../shared/contract/flavor.ts';
import type { FilmWishes } from '../../prompts/plan.ts';

/** Seconds that one section may take, as an outline plans it. */
export const sectionSeconds = { fewest: 12, most: 120 } as const;

/** Somebody who asks for a minute has a minute. */
const askedTolerance = 0.15;
/** A flavor's own length is where most topics lie: one that is told in half of it should be. */
const usualTolerance = 0.5;

/** Where a film is much shorter or longer than the flavor's own, one section should still take about as long as people like. */
const shortLikedSeconds = 20;
const longLikedSeconds = 90;

/** What is asked of the outline, from what the caller wishes and, where nothing is said, from the flavor. */
export function filmWishes({ parameters }: Pick<Flavor, 'parameters'>, wishes: { seconds?: number; language?: string }): FilmWishes {
  const seconds = wishes.seconds ?? parameters.seconds;
  const { fewest, most } = parameters.sections;
  return {
    seconds,
    tolerance: wishes.seconds === undefined ? usualTolerance : askedTolerance,
    sections: {
      fewest: Math.max(1, Math.min(fewest, Math.floor(seconds / shortLikedSeconds))),
      most: Math.max(most, Math.ceil(seconds / longLikedSeconds)),
    },
    language: wishes.language,
  };
}
