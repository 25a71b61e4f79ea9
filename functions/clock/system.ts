import type { Clock } from './port.ts';

/** The machine's own clock. */
export const systemClock: Clock = {
  seconds: () => performance.now() / 1000,
  now: () => new Date(),
};
