import type { Visual } from '../../../shared/contract/visual.ts';
import { arrayKind } from './array.ts';
import { chartKind } from './chart.ts';
import { geometryKind } from './geometry.ts';
import { graphKind } from './graph.ts';
import { plotKind } from './plot.ts';
import { textKinds } from './text-kinds.ts';
import type { BlockCall, Fence, VisualKind } from './visual-kind.ts';

/** A kind whose visuals nobody looks into: what all kinds have in common. */
interface AnyKind extends Omit<VisualKind, 'parse' | 'call' | 'formulas' | 'assets'> {
  parse(fence: Fence): Visual;
  call(visual: Visual): BlockCall;
  formulas(visual: Visual): string[];
  assets(visual: Visual): string[];
}

const kinds = [...textKinds, arrayKind, chartKind, geometryKind, graphKind, plotKind] as unknown as AnyKind[];
const byKind = new Map(kinds.map((kind) => [kind.kind, kind]));
const byFence = new Map(kinds.flatMap((kind) => kind.fences.map((fence) => [fence, kind] as const)));

/** The kind of a visual. */
export function visualKind(visual: Pick<Visual, 'kind'>): AnyKind {
  const kind = byKind.get(visual.kind);
  if (kind) return kind;
  throw new Error(`no kind of visual is called ${visual.kind}`);
}

/** The kind that answers to a fence's name; undefined where none does. */
export const kindOfFence = (name: string): AnyKind | undefined => byFence.get(name);

/** Every name that a fence may have. */
export const fenceNames: readonly string[] = [...byFence.keys()];
