import type { Watch } from './port.ts';

/** Nobody watches. */
export const unwatched: Watch = {
  job: () => ({ run: (work) => work(), step: () => {}, failure: () => {} }),
  unexpected: () => {},
  close: async () => {},
};
