import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after so many seconds; rejects with the signal's reason. */
export async function systemWait(seconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(seconds * 1000, undefined, { signal });
  } catch (error) {
    // The timer has an error of its own for it.
    signal.throwIfAborted();
    throw error;
  }
}
