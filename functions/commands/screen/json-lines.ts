import type { JobEvent } from '../../../shared/contract/event.ts';

/** Exactly the events of the log, one a line. */
export const jsonLines =
  (write: (line: string) => void) =>
  (event: JobEvent): void =>
    write(JSON.stringify(event));
