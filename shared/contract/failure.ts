import type { Phase } from './event.ts';
import type { RenderFailure } from './report.ts';

/** Something that was wrong with a scene, and how it ended. */
export interface RenderFailureEntry {
  /** A uuid; an entry is kept once, however often it is sent. */
  id: string;
  section: number;
  phase: Phase;
  /** As in the report of a render; `picture` for faults in what is seen. */
  kind: RenderFailure['kind'] | 'picture';
  errorClass: string;
  /** The check that found it, or the row of the known-fix table that knows it. */
  rule?: string | undefined;
  found: 'check' | 'render';
  /** Up to 300 characters. */
  message: string;
  /** What was tried last. */
  mendedBy: 'fix' | 'model' | 'none';
  /** The section is in the film without it; where not, a title card stands there, or the fault stays in its picture. */
  recovered: boolean;
  /** Who wrote the scene, by which prompt; absent where no model did. */
  model?: string | undefined;
  promptVersion?: string | undefined;
}
export interface FailureCounts {
  failures: number;
  mendedByFix: number;
  mendedByModel: number;
  /** Ended in a title card, or, as a fault of the picture, stands in the film. */
  unmended: number;
}
/** Most frequent first. */
export interface FailureSummary {
  failures: number;
  recovered: number;
  classes: (FailureCounts & { errorClass: string })[];
  writers: (FailureCounts & { model: string; promptVersion: string })[];
  rules: { rule: string; failures: number; recovered: number }[];
}
