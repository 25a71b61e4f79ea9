import type { Section } from '../../shared/contract/plan.ts';
import type { Visual } from '../../shared/contract/visual.ts';
import { visualKind } from './visuals/index.ts';
import type { Slot } from './visuals/visual-kind.ts';

/** A figure or a text from the beat that brings it to the one at which it is gone. */
export interface Appearance {
  visual: Visual;
  beat: number;
  /** Beats that change it. */
  continuations: { beat: number; visual: Visual }[];
  /** What it is on this stage: the picture, or what stands beside it. */
  role: 'picture' | 'companion';
  /** Beat at whose start it leaves; the number of beats where it stays to the end. */
  gone: number;
  slot: Slot;
  /** Line of the lesson. */
  line: number | undefined;
}

const isContinuation = (visual: Visual): boolean => 'continues' in visual && visual.continues === true;

/** Kinds that are the picture where there is no other, and stand beside one where there is. */
const eitherRole = new Set<Visual['kind']>(['list', 'derivation']);
const mathematics = new Set<Visual['kind']>(['formula', 'derivation']);

const isPicture = (kind: Visual['kind']): boolean => visualKind({ kind }).weight === 'figure' && !eitherRole.has(kind);

/** More than this does not fit a line under the picture. */
const longestLine = 90;

/**
 * Everything that comes to the stage in a section, in order, before anybody knows where it stands.
 * A note that finds the place beside the picture taken is a line under it instead, and no appearance.
 */
export function appearancesOf(section: Section): Appearance[] {
  const all = gathered(section);
  const clearings = section.beats.flatMap((beat, number) => (beat.clearsStage ? [number] : []));
  const leavingAt = (one: Appearance, among: Appearance[]): number => Math.min(beatOfLeaving(one, among), ...clearings.filter((number) => number > one.beat));
  const others = all.filter((one) => one.visual.kind !== 'note');
  for (const one of others) one.gone = leavingAt(one, others);
  const isLine = ({ visual, beat }: Appearance): boolean =>
    visual.kind === 'note' && visual.text.length <= longestLine && others.some((other) => other.role === 'companion' && other.beat <= beat && other.gone > beat);
  const kept = all.filter((one) => !isLine(one));
  for (const one of kept) one.gone = leavingAt(one, kept);
  return kept;
}

function gathered(section: Section): Appearance[] {
  const kinds = section.beats.flatMap((beat) => beat.visuals.map((visual) => visual.kind));
  const pictured = kinds.some(isPicture);
  const isMain = (kind: Visual['kind']): boolean => (pictured ? isPicture(kind) : !mathematics.has(kind));
  const appearances: Appearance[] = [];
  section.beats.forEach((beat, number) =>
    beat.visuals.forEach((visual, index) => {
      const goesOn = isContinuation(visual) ? appearances.findLast((one) => one.visual.kind === visual.kind) : undefined;
      if (goesOn) return void goesOn.continuations.push({ beat: number, visual });
      appearances.push({
        visual, beat: number, continuations: [], role: isMain(visual.kind) ? 'picture' : 'companion',
        gone: section.beats.length, slot: 'stage', line: beat.visualLines?.[index] ?? beat.source?.firstLine,
      });
    }),
  );
  return appearances;
}

/** It stays until the next of its role comes, and while it is still being changed: people go back for what left. */
function beatOfLeaving(one: Appearance, all: Appearance[]): number {
  const lastUse = one.continuations.at(-1)?.beat ?? one.beat;
  const next = all.find((other) => other.role === one.role && (other.beat > one.beat || (other.beat === one.beat && followsAtOnce(one, other, all))));
  if (!next) return one.gone;
  return lastUse < next.beat || next.beat === one.beat ? next.beat : lastUse + 1;
}

/** Two texts of one beat share a place: the second takes it from the first. Two pictures stand side by side. */
const followsAtOnce = (one: Appearance, other: Appearance, all: Appearance[]): boolean =>
  one.role === 'companion' && all.indexOf(other) > all.indexOf(one);

/** Whether both are seen at some time. */
export const overlap = (one: Appearance, other: Appearance): boolean => one !== other && one.beat < other.gone && other.beat < one.gone;
