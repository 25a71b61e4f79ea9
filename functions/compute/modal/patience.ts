import { setTimeout as pause } from 'node:timers/promises';

/** Until when, and how often, something is tried elsewhere. */
export interface Budget {
  /** Sandboxes that a render may lose before it is given up. */
  attempts: number;
  /** How long it waits for room, where Modal has none. */
  roomSeconds: number;
  /** Between attempts; the last is repeated. */
  pausesMilliseconds: readonly number[];
}

export const usualBudget: Budget = { attempts: 4, roomSeconds: 600, pausesMilliseconds: [500, 1000, 2000, 4000, 8000, 15_000] };

/** The pause before the nth attempt after the first, from 0: between half of it and all, so that many do not come back at once. */
export function pauseBefore(attempt: number, { pausesMilliseconds }: Budget): number {
  const whole = pausesMilliseconds[Math.min(attempt, pausesMilliseconds.length - 1)] ?? 0;
  return whole * (0.5 + Math.random() / 2);
}

/** Rejects with the signal's reason where it is aborted first. */
export async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** Waits for `work` no longer than `seconds`, and not at all once aborted. `work` itself goes on; its outcome is then nobody's. */
export async function within<T>(work: Promise<T>, { seconds, signal, late }: { seconds: number; signal: AbortSignal; late: () => Error }): Promise<T> {
  const ended = new AbortController();
  work.catch(() => undefined);
  const deadline = pause(seconds * 1000, undefined, { signal: ended.signal, ref: false }).then(() => Promise.reject(late()));
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { signal: ended.signal });
    if (signal.aborted) onAbort();
  });
  deadline.catch(() => undefined);
  aborted.catch(() => undefined);
  try {
    return await Promise.race([work, deadline, aborted]);
  } finally {
    ended.abort();
  }
}
