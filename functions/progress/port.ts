import type { Happening, JobEvent } from '../../shared/contract/event.ts';

/** The event log of one job. What is told first stands first. */
export interface Progress {
  tell(happening: Happening): Promise<void>;
  /** Everything told so far. */
  told(): Promise<JobEvent[]>;
}

/** Events of any job, as they are appended by whichever process. */
export interface EventFollower {
  /**
   * The job's events that come after the sequence, in order and without gaps, in batches of one or more; waits for more
   * after the last. Ends when the signal is aborted, and by itself after the event that ends the job. Outages of the store
   * are waited out.
   */
  follow(jobId: string, afterSequence: number, signal: AbortSignal): AsyncIterable<readonly JobEvent[]>;
}
