import type { z } from 'zod';
import type { Fence, Literal } from './visual-kind.ts';
import { fault, isMapping, withBritishColour, type Written } from './figure-values.ts';
import { readYamlFence } from './yaml-fence.ts';
import { LecternError } from '../../../shared/errors.ts';

/** One thing that a figure can be told to do in a fence. */
export interface Verb {
  /** A whole step as an author may write it. */
  example: string;
  /** What stands behind the verb, and the keys after it that belong to it, as actions of the contract. */
  read(written: Written, details: Record<string, unknown>): unknown[];
}

export interface FigureSyntax<Action extends z.ZodType> {
  name: string;
  /** Keys that describe a new figure as a whole. */
  headKeys: string[];
  /** The key that makes it a new figure: a fence without it continues the figure on the stage. */
  definingKey: string;
  verbs: Record<string, Verb>;
  action: Action;
}

export interface FigureFence<Action> {
  continues: boolean;
  head: Map<string, Written>;
  draw: Action[];
  steps: { when?: string; actions: Action[] }[];
  firstLine: number;
}

const describe = (issue: z.core.$ZodIssue | undefined): string => {
  if (!issue) return 'cannot be read';
  if (issue.code === 'unrecognized_keys') return `does not take "${issue.keys.join('", "')}"`;
  const place = issue.path.length > 0 ? `"${issue.path.join('.')}": ` : '';
  return `cannot be read: ${place}${issue.message}`;
};

const readActions = <Action extends z.ZodType>(syntax: FigureSyntax<Action>, written: Written, details: Record<string, unknown>): z.output<Action>[] => {
  const verb = Object.hasOwn(syntax.verbs, written.key) ? syntax.verbs[written.key] : undefined;
  if (!verb) {
    throw fault(written, { message: `is not something that a fence "${syntax.name}" knows`, fix: `It knows: ${[...syntax.headKeys, 'steps', ...Object.keys(syntax.verbs)].join(', ')}.` });
  }
  return verb.read(written, details).map((action) => {
    const checked = syntax.action.safeParse(action);
    if (checked.success) return checked.data;
    throw fault(written, { message: describe(checked.error.issues[0]), fix: `Write it like this: ${verb.example}` });
  });
};

/** A word that is no verb belongs to the verb before it, so `look: 3, label: here` labels the look. */
const readStep = <Action extends z.ZodType>(syntax: FigureSyntax<Action>, entries: Written[]): { when?: string; actions: z.output<Action>[] } => {
  const groups: { written: Written; details: Record<string, unknown> }[] = [];
  let when: string | undefined;
  for (const entry of entries) {
    const last = groups.at(-1);
    if (entry.key === 'when') when = String(entry.value);
    else if (last && !Object.hasOwn(syntax.verbs, entry.key)) last.details[entry.key] = entry.value;
    else groups.push({ written: entry, details: {} });
  }
  const actions = groups.flatMap(({ written, details }) => readActions(syntax, written, withBritishColour(details)));
  return { ...(when === undefined ? {} : { when }), actions };
};

/**
 * Reads the YAML of a figure fence: the keys of the whole figure, what is drawn at once, and the steps after it.
 *
 * @throws LecternError with the line of what cannot be read, and an example
 */
export const readFigureFence = <Action extends z.ZodType>(fence: Fence, syntax: FigureSyntax<Action>): FigureFence<z.output<Action>> => {
  const yaml = readYamlFence(fence);
  const { value } = yaml;
  const lineOf = (path: (string | number)[]): number => yaml.lineOf(path);
  const entriesOf = (mapping: Record<string, unknown>, path: (string | number)[]): Written[] =>
    Object.entries(mapping).map(([key, item]) => ({ key, value: item, line: lineOf([...path, key]) }));
  const stepsOf = (list: unknown, path: (string | number)[]) => {
    if (!Array.isArray(list)) throw fault({ key: 'steps', line: lineOf(path) }, { message: 'needs a list', fix: 'Start every step with a dash.' });
    return list.map((item: unknown, index) => {
      if (isMapping(item)) return readStep(syntax, entriesOf(item, [...path, index]));
      if (typeof item === 'string' && Object.hasOwn(syntax.verbs, item)) return readStep(syntax, [{ key: item, value: true, line: lineOf([...path, index]) }]);
      throw fault({ key: 'steps', line: lineOf([...path, index]) }, { message: 'holds something that is not a step', fix: `Write a step like this: ${Object.values(syntax.verbs)[0]?.example ?? ''}` });
    });
  };
  const result = { continues: true, head: new Map<string, Written>(), draw: [], firstLine: fence.firstLine };
  if (Array.isArray(value)) return { ...result, steps: stepsOf(value, []) };
  if (!isMapping(value)) {
    throw new LecternError('lesson/figure', {
      message: `The fence "${syntax.name}" is empty or not a list of keys with values.`,
      fix: `Start it with "${syntax.definingKey}: …" for a new figure, or with a step for the one on the stage.`,
      line: fence.firstLine,
    });
  }
  return readMapping(syntax, result, { entries: entriesOf(value, []), stepsOf });
};

const readMapping = <Action extends z.ZodType>(
  syntax: FigureSyntax<Action>,
  empty: Omit<FigureFence<z.output<Action>>, 'steps'>,
  { entries, stepsOf }: { entries: Written[]; stepsOf: (list: unknown, path: (string | number)[]) => FigureFence<z.output<Action>>['steps'] },
): FigureFence<z.output<Action>> => {
  const continues = !entries.some((entry) => entry.key === syntax.definingKey);
  const firstVerb = entries.findIndex((entry) => Object.hasOwn(syntax.verbs, entry.key));
  // A colour after a verb is the colour of what the verb draws, not of the whole figure.
  const isHead = (entry: Written): boolean =>
    syntax.headKeys.includes(entry.key) && !(/^colou?r$/.test(entry.key) && firstVerb !== -1 && entries.indexOf(entry) > firstVerb);
  const head = entries.filter(isHead);
  if (continues && head[0]) {
    throw fault(head[0], { message: `belongs to a new figure, and this fence has no "${syntax.definingKey}"`, fix: `Add "${syntax.definingKey}: …" for a new figure, or take this line away to go on with the one on the stage.` });
  }
  const timed = entries.find((entry) => entry.key === 'when');
  if (timed && !continues) throw fault(timed, { message: 'belongs to a step', fix: 'Put it under "steps", beside what is to happen at that word.' });
  const first = readStep(syntax, entries.filter((entry) => !isHead(entry) && entry.key !== 'steps'));
  const listed = entries.find((entry) => entry.key === 'steps');
  const later = listed ? stepsOf(listed.value, ['steps']) : [];
  const opening = continues && first.actions.length > 0 ? [first] : [];
  return {
    ...empty,
    continues,
    head: new Map(head.map((entry) => [entry.key, entry])),
    draw: continues ? [] : first.actions,
    steps: [...opening, ...later],
  };
};

/** Steps as the Python blocks take them: a dictionary for each action, and the word that starts it. */
export const stepLiterals = (steps: { when?: string | undefined; actions: object[] }[]): Literal[] =>
  steps.map(({ when, actions }) => ({ ...(when === undefined ? {} : { when }), actions: actions as unknown as Literal[] }));
