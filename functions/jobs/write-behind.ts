import { isRetryable } from '../../shared/errors.ts';

const RETRY_MS = [100, 250, 500, 1000, 2000, 5000];

export interface WriteBehind {
  /** Does it after everything that was added before, again and again while the store cannot be reached. */
  add(work: () => Promise<unknown>): void;
  /** Reads behind everything that was added before, and waits an outage out as well. @throws what the work throws, `AbortError` once writing is stopped */
  read<Value>(work: () => Promise<Value>): Promise<Value>;
  /** How much has not been written yet. */
  readonly waiting: number;
  /** Resolves once everything is written: true; false where the time was over before that, or writing has been stopped. */
  settled(patienceMilliseconds?: number): Promise<boolean>;
  /** Writes nothing more. */
  stop(): void;
}

/**
 * Writes what a job has to tell in order, without holding the job up. What the store refuses is told to `onTrouble` and left
 * out; an outage is waited out.
 */
export function writeBehind(onTrouble: (note: string, error: unknown) => void): WriteBehind {
  const queue: (() => Promise<unknown>)[] = [];
  const stopped = new AbortController();
  let writing: Promise<void> | undefined;

  const writeAll = async (): Promise<void> => {
    for (let work = queue[0]; work !== undefined && !stopped.signal.aborted; work = queue[0]) {
      await writeOne(work, { signal: stopped.signal, onTrouble });
      if (!stopped.signal.aborted) queue.shift();
    }
    writing = undefined;
  };
  const settle = async (): Promise<boolean> => {
    while (writing !== undefined) await writing;
    return queue.length === 0 && !stopped.signal.aborted;
  };

  const add = (work: () => Promise<unknown>): void => {
    if (stopped.signal.aborted) return;
    queue.push(work);
    writing ??= writeAll();
  };

  return {
    add,
    read(work) {
      return new Promise((resolve, reject) => {
        const stop = (): void => reject(new DOMException('Nothing more is read.', 'AbortError'));
        if (stopped.signal.aborted) return stop();
        stopped.signal.addEventListener('abort', stop, { once: true });
        add(async () => {
          const asked = work();
          await asked.catch((error: unknown) => {
            if (isRetryable(error)) throw error;
          });
          resolve(asked);
        });
      });
    },
    get waiting() {
      return queue.length;
    },
    settled(patienceMilliseconds) {
      if (patienceMilliseconds === undefined) return settle();
      const patience = new AbortController();
      const over = pause(patienceMilliseconds, patience.signal).then(() => queue.length === 0);
      return Promise.race([settle(), over]).finally(() => patience.abort());
    },
    stop: () => stopped.abort(),
  };
}

interface Attempting {
  signal: AbortSignal;
  onTrouble: (note: string, error: unknown) => void;
}

async function writeOne(work: () => Promise<unknown>, { signal, onTrouble }: Attempting): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isRetryable(error)) return onTrouble('The store refused a record of this job; it is left out.', error);
      if (attempt === 0) onTrouble('The store cannot be reached; what this job tells waits for it.', error);
      await pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0, signal);
    }
  }
}

/** Resolves after the time, or when the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
