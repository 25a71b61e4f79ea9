import { once } from 'node:events';
import type { Launcher } from './launcher.ts';
import type { Confinement } from './sandbox.ts';

/** A worker that has been started and waits for its one job; no limits are watched until `begin`. */
export type WaitingWorker = ReturnType<Launcher['startAhead']>;

export interface WorkerPool {
  /** A worker that nobody has used: one that waits, or a new one. */
  take(): WaitingWorker;
  /** Starts others in the place of those that were taken: when nothing else needs the cores. */
  refill(): void;
  /** Ends those that wait, and starts no others. */
  close(): Promise<void>;
}

export interface WorkerPoolParts {
  launcher: Launcher;
  confinement: Confinement;
  /** How many wait. */
  size: number;
}

const DRAINED = { kind: 'aborted', errorClass: 'Drained', message: 'The worker was not needed.' } as const;

/**
 * Workers started ahead, each in a sandbox of its own: Manim is loaded, and they block on their input, which costs no processor time. Each
 * is used once. They start one after another, so that a start takes one core from whoever needs them and not all. One that ends while it
 * waits is not replaced before the next refill, so that what cannot start does not start for ever.
 */
export function createWorkerPool({ launcher, confinement, size }: WorkerPoolParts): WorkerPool {
  const waiting = new Set<WaitingWorker>();
  let closed = false;

  let isStarting = false;

  const fill = (): void => {
    if (closed || isStarting || waiting.size >= size) return;
    isStarting = true;
    const worker = launcher.startAhead(confinement);
    waiting.add(worker);
    const lost = worker.ended.then(() => false, () => false);
    // Its first word is that Manim is loaded; whoever takes it reads it.
    const loaded = once(worker.messages, 'readable').then(() => !worker.messages.readableEnded, () => false);
    void lost.then(() => waiting.delete(worker));
    void Promise.race([loaded, lost]).then((isLoaded) => {
      isStarting = false;
      if (isLoaded) fill();
    });
  };

  fill();
  return {
    take() {
      const [ready] = waiting;
      if (ready === undefined) return launcher.startAhead(confinement);
      waiting.delete(ready);
      return ready;
    },
    refill: fill,
    async close() {
      closed = true;
      const left = [...waiting];
      for (const worker of left) {
        worker.hold();
        worker.stop(DRAINED);
      }
      await Promise.all(left.map(({ ended }) => ended));
    },
  };
}

const MIB_OF_A_WAITING_WORKER = 160;

/** A film has some six sections: three workers a core, unless that were more than a tenth of the memory. */
export function defaultPoolSize(cores: number, memoryMiB: number): number {
  return Math.max(0, Math.min(3 * cores, Math.floor(memoryMiB / 10 / MIB_OF_A_WAITING_WORKER)));
}
