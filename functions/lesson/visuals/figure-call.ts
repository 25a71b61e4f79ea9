import { stepLiterals } from './figure-fence.ts';
import type { BlockCall, Literal } from './visual-kind.ts';

interface FigureVisual {
  continues?: boolean | undefined;
  draw: ({ do: string } & object)[];
  steps: { when?: string | undefined; actions: ({ do: string } & object)[] }[];
}

interface Opening {
  name: string;
  positional: Literal[];
  /** Arguments of the block; those that are undefined are left out. */
  named: Record<string, unknown>;
}

const given = (named: Record<string, unknown>): Record<string, Literal> =>
  Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) as Record<string, Literal>;

/**
 * The call for a figure: a block where it is new, a method of the figure on the stage where it continues. One action
 * alone becomes the method of its name, as one would write it by hand; several become `steps`.
 */
export const newOrContinued = (visual: FigureVisual, opening: Opening): BlockCall => {
  const steps = stepLiterals(visual.steps);
  if (!visual.continues) {
    const drawn = { draw: visual.draw.length > 0 ? visual.draw : undefined, steps: steps.length > 0 ? steps : undefined };
    return { name: opening.name, method: false, positional: opening.positional, named: given({ ...opening.named, ...drawn }) };
  }
  const [only, another] = visual.steps;
  const [action, further] = only?.actions ?? [];
  if (action && only?.when === undefined && !another && !further) {
    const { do: name, ...named } = action;
    return { name, method: true, positional: [], named: given(named) };
  }
  return { name: 'steps', method: true, positional: [steps], named: {} };
};

/** Every formula between dollar signs, wherever in the values it stands. `\$` is a dollar. */
export const formulasIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [...value.matchAll(/(?<!\\)\$((?:\\.|[^$\\])+)\$/g)].map((found) => found[1] ?? '');
  if (Array.isArray(value)) return [...new Set(value.flatMap(formulasIn))];
  if (typeof value === 'object' && value !== null) return formulasIn(Object.values(value));
  return [];
};
