import { defineConfig } from 'vitest/config';

/** Tests that are too long for every day carry this in their name and run with `npm run test:all` only. */
const LONG = 'test/**/*.all.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'speech-espeak/test/**/*.test.ts'],
          exclude: [LONG],
          // Those that run a tool of the checks take a second alone, and several on two busy cores.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          exclude: [LONG],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Real renders: one file after the other, because each of them takes every core that there is.
        test: {
          name: 'acceptance',
          include: ['test/acceptance/**/*.test.ts'],
          exclude: [LONG],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The suite of everything that draws, over the workspace that a token of Modal is for: `npm run test:modal-live`.
        test: {
          name: 'modal-live',
          include: ['test/contract/compute-renderer.test.ts', 'test/contract/compute-formulas.test.ts'],
          env: { LECTERN_TEST_COMPUTE: 'modal-live' },
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'long',
          include: [LONG],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
