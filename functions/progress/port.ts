import type { Happening } from '../../shared/contract/event.ts';

/** The event log of one job. What is told first stands first. */
export interface Progress {
  tell(happening: Happening): Promise<void>;
}
