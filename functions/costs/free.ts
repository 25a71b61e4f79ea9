import type { Costs } from './port.ts';

/** For films that nobody is billed for: nothing is set aside and nothing is written down. */
export const freeCosts: Costs = { reserve: async () => {}, settle: async () => {} };
