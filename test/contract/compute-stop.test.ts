import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { createLauncher } from '../../functions/compute/local/launcher.ts';
import { texLimits } from '../../functions/compute/local/limits.ts';
import { makeFolder } from '../support/compute.ts';
import { isRunning } from '../support/processes.ts';

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RUNS = 60;
const scratchFolder = join(folder, 'scratch');
mkdirSync(scratchFolder);

it('leaves no process of a sandbox that is stopped at any moment of its start', async () => {
  const launcher = createLauncher({ dataFolder: folder, scratchFolder, unsafeNoSandbox: false, without: [], outerEnvironment: {} });
  // Told apart from others by its length, and much longer than this test.
  const sleep = `${10_000 + process.pid}.25`;
  for (let run = 0; run < RUNS; run += 1) {
    const stopping = new AbortController();
    const { ended } = launcher.run({ readable: [], environment: {}, limits: texLimits(1), command: ['/usr/bin/sleep', sleep] }, stopping.signal);
    await after(run);
    stopping.abort();
    expect((await ended).cause).toMatchObject({ kind: 'aborted' });
  }
  await expect.poll(() => isRunning(sleep)).toBe(false);
});
