import type { Fault, Phase } from '../../shared/contract/event.ts';
import type { RenderFailureEntry } from '../../shared/contract/failure.ts';
import type { Outline } from '../../shared/contract/plan.ts';
import type { SectionReport } from '../../shared/contract/report.ts';

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

/** Something that was wrong with a scene, and how it ended; it gets its id where it is kept. */
export type MendedRecord = Omit<RenderFailureEntry, 'id'>;

/** What is kept of a job beside its events, its money and its film. It holds nothing up: what cannot be kept is told elsewhere. */
export interface Records {
  planned(outline: Outline): void;
  took(take: TakeRecord): void;
  failed(failure: FailureRecord): void;
  mended(mended: MendedRecord): void;
}
