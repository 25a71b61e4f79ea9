import type { Fault, Phase } from '../../shared/contract/event.ts';
import type { Outline } from '../../shared/contract/plan.ts';
import type { RenderFailure, SectionReport } from '../../shared/contract/report.ts';

export interface TakeRecord {
  section: number;
  outcome: 'rendered' | 'card' | 'failed';
  sceneCode: string;
  clipHash: string | undefined;
  durationSeconds: number;
  report: SectionReport;
}

/** An attempt at a section that gave no clip, with what its program printed. */
export interface FailureRecord {
  section: number;
  phase: Phase;
  attempt: number;
  fault: Fault;
  /** The Python exception's class, or the limit's name. */
  errorClass: string;
  /** Line of the scene code. */
  line: number | undefined;
  sceneCode: string;
  stdout: string;
  stderr: string;
  command: string[];
}

/** Something that was wrong with a scene, and how it ended. */
export interface MendedRecord {
  section: number;
  phase: Phase;
  /** As in the report of a render; `picture` for faults in what is seen. */
  kind: RenderFailure['kind'] | 'picture';
  errorClass: string;
  /** The check that found it, or the row of the known-fix table that knows it. */
  rule?: string | undefined;
  found: 'check' | 'render';
  message: string;
  /** What was tried last. */
  mendedBy: 'fix' | 'model' | 'none';
  /** The section is in the film without it; where not, a title card stands there, or the fault stays in its picture. */
  recovered: boolean;
  /** Who wrote the scene, by which prompt; absent where no model did. */
  model?: string | undefined;
  promptVersion?: string | undefined;
}

/** What is kept of a job beside its events, its money and its film. It holds nothing up: what cannot be kept is told elsewhere. */
export interface Records {
  planned(outline: Outline): void;
  took(take: TakeRecord): void;
  failed(failure: FailureRecord): void;
  mended(mended: MendedRecord): void;
}
