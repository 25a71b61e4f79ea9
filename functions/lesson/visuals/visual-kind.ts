import type { Visual } from '../../../shared/contract/visual.ts';

/** A fenced block of the lesson: its info string's first word, the rest of it, its text, and the line of its first text line. */
export interface Fence {
  name: string;
  argument: string;
  text: string;
  firstLine: number;
}

/** A Python literal: what the template writer may put between the parentheses of a call, and nothing else. */
export type Literal = string | number | boolean | null | Literal[] | { [key: string]: Literal };

/** A call of `lectern_render.blocks`: `call` for a new figure, a method of the figure on the stage where `method` is true. */
export interface BlockCall {
  name: string;
  method: boolean;
  positional: Literal[];
  named: Record<string, Literal>;
}

/** Which part of the stage a figure may take (film.md, grid). */
export type Slot = 'stage' | 'left' | 'right' | 'wide' | 'side';

/** One kind of block: how a fence becomes a visual, and a visual a call of `lectern_render.blocks`. */
export interface VisualKind<K extends Visual['kind'] = Visual['kind']> {
  kind: K;
  /** Names of the fences that it answers to; none where Markdown itself has a syntax for it. */
  fences: string[];
  /** What it prefers when something else shares the stage: the larger part, or the column beside it. */
  weight: 'figure' | 'companion';
  /** @throws LecternError with the lesson's line and what to do */
  parse(fence: Fence): Extract<Visual, { kind: K }>;
  call(visual: Extract<Visual, { kind: K }>): BlockCall;
  /** Every formula (LaTeX) that it will draw, so that a faulty one is found before anything is rendered. */
  formulas(visual: Extract<Visual, { kind: K }>): string[];
  /** Files of the lesson's folder that it draws from. */
  assets(visual: Extract<Visual, { kind: K }>): string[];
}
