import type { Visual } from '../../shared/contract/visual.ts';
import type { Appearance } from './appearances.ts';
import type { Literal } from './visuals/visual-kind.ts';

type Action = { do: string } & Record<string, unknown>;

const only = (action: Action, keys: string[]): Action => ({ do: action.do, ...Object.fromEntries(keys.filter((key) => action[key] !== undefined).map((key) => [key, action[key]])) });

/** What of a later action decides how much room a figure needs from its beginning, by the figure's kind. */
const roomFor: Partial<Record<string, Record<string, string[]>>> = {
  plot: { curve: ['of', 'from', 'to'], point: ['x', 'y'], horizontal: ['y'], term: [] },
  geometry: { place: ['places'], polygon: ['name', 'corners'], square: ['side'], circle: ['centre', 'radius', 'through'], text: ['text', 'at'] },
  graph: { values: [] },
  chart: { highlight: ['bars'], reveal: ['bars'], change: ['values'] },
};

/** Bars beyond these are gathered, but for those that are spoken of. */
const mostBars = 6;

/** Nothing that comes later changes how much room it takes. */
const hasRoom = (visual: Visual): boolean =>
  (visual.kind === 'chart' && Object.keys(visual.bars).length <= mostBars) || (visual.kind === 'geometry' && visual.frame !== undefined);

/**
 * Actions of later beats that the figure has to know of when it comes, so that it need not make room afterwards:
 * curves that its axes must hold, terms beside it, squares that must fit, bars that are spoken of.
 */
export function laterActions({ visual, continuations }: Appearance): Literal[] {
  const wanted = roomFor[visual.kind];
  if (!wanted || hasRoom(visual)) return [];
  const actions = continuations.flatMap(({ visual: later }) => ('steps' in later ? later.steps.flatMap((step) => step.actions as Action[]) : []));
  const needed = actions.flatMap((action) => {
    const keys = wanted[action.do];
    return keys ? [only(action, keys)] : [];
  });
  // Where no square comes, polygons need no more room than their points, which are known.
  if (visual.kind === 'geometry' && !needed.some((action) => action.do !== 'polygon')) return [];
  // One of them says as much as many where only its kind counts.
  const texts = [...new Set(needed.map((action) => JSON.stringify(action)))];
  return texts.map((text) => JSON.parse(text) as Literal);
}
