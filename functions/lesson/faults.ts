import type { Source } from '../../shared/contract/plan.ts';
import { LecternError } from '../../shared/errors.ts';

/** Collects what is wrong with a lesson, so that all of it is told at once. */
export interface Faults {
  add(fault: LecternError): void;
  /** Runs what may find a fault; answers undefined where it does, and the reading goes on. */
  attempt<T>(read: () => T): T | undefined;
  /** Whether any was found in these lines. */
  within(source: Source | undefined): boolean;
}

export function collectFaults(): Faults & { found: LecternError[] } {
  const found: LecternError[] = [];
  return {
    found,
    add: (fault) => void found.push(fault),
    attempt: (read) => {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof LecternError)) throw error;
        found.push(error);
        return undefined;
      }
    },
    within: (source) => found.some(({ line }) => line !== undefined && source !== undefined && line >= source.firstLine && line <= source.lastLine),
  };
}
