import type { Happening, JobEvent } from '../../shared/contract/event.ts';

/** The event log of one job. What is told first stands first. */
export interface Progress {
  tell(happening: Happening): Promise<void>;
  /** Everything told so far. */
  told(): Promise<JobEvent[]>;
}
