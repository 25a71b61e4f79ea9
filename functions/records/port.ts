import type { Fault, Phase } from '../../shared/contract/event.ts';
import type { Outline } from '../../shared/contract/plan.ts';
import type { SectionReport } from '../../shared/contract/report.ts';

/** A call of a provider, paid or not. */
export interface PaidCall {
  phase: Phase;
  section: number;
  provider: string;
  model: string;
  /** What was counted, by name. */
  units: Record<string, number>;
  microDollars: number;
  /** Found by the hash of its inputs: nothing was bought. */
  cached: boolean;
  /** Names the result: in one job it is bought once. */
  key: string;
}

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
  sceneCode: string;
  stdout: string;
  stderr: string;
  command: string[];
}

/** What is kept of a job beside its events and its film. It holds nothing up: what cannot be kept is told elsewhere. */
export interface Records {
  planned(outline: Outline): void;
  paid(call: PaidCall): void;
  took(take: TakeRecord): void;
  failed(failure: FailureRecord): void;
}
