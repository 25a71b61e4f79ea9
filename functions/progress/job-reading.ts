import type { JobEvent } from '../../shared/contract/event.ts';
import { type JobProgress, nextProgress, noProgress } from '../../shared/job-progress.ts';
import { coalesceFrames, type Frames } from './frames.ts';

/** Up to a thousand events that come after the sequence, in order. */
export type ReadAfter = (jobId: string, sequence: number) => Promise<JobEvent[]>;

/** What parts of a job that one process makes have in common: what has been told of it so far, and the frames that are to be told next. */
export interface JobReading {
  /** How far the job is by everything that had been told, by whomever, when it was asked for. */
  progress(): Promise<JobProgress>;
  /** All of it, in order, however little a store answers at once. */
  told(): Promise<JobEvent[]>;
  frames: Frames;
}

export interface JobReadings {
  /** The reading of a job; it is forgotten once everybody has left it who entered. */
  enter(jobId: string): { reading: JobReading; leave: () => void };
}

/** Reads each job once, for however many parts of it: alone, each of a thousand sections would read what all of them tell. */
export function jobReadings(after: ReadAfter): JobReadings {
  const open = new Map<string, { reading: JobReading; users: number }>();
  return {
    enter(jobId) {
      const entry = open.get(jobId) ?? { reading: jobReading(jobId, after), users: 0 };
      open.set(jobId, entry);
      entry.users += 1;
      let isInside = true;
      const leave = (): void => {
        if (!isInside) return;
        isInside = false;
        entry.users -= 1;
        if (entry.users === 0) open.delete(jobId);
      };
      return { reading: entry.reading, leave };
    },
  };
}

/** As many events as are answered at once: where there are fewer, there are no more. */
const PAGE = 1000;

/** One for all parts of a job that are made here. */
export function jobReading(jobId: string, after: ReadAfter): JobReading {
  const events: JobEvent[] = [];
  let progress: JobProgress = noProgress;
  let last: Promise<unknown> = Promise.resolve();
  let waiting: Promise<JobProgress> | undefined;

  /** Answers how many there were. */
  const readOn = async (): Promise<number> => {
    const more = await after(jobId, events.at(-1)?.sequence ?? 0);
    events.push(...more);
    for (const event of more) progress = nextProgress(progress, event);
    return more.length;
  };
  /** One after the other: two who read on from the same place would read the same. */
  const inTurn = <Read>(read: () => Promise<Read>): Promise<Read> => {
    const turn = last.then(read);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    progress() {
      // Whoever comes before it begins is answered by it.
      waiting ??= inTurn(async () => {
        waiting = undefined;
        while ((await readOn()) >= PAGE) continue;
        return progress;
      });
      return waiting;
    },
    told: () =>
      inTurn(async () => {
        while ((await readOn()) > 0) continue;
        return [...events];
      }),
    frames: coalesceFrames(),
  };
}
