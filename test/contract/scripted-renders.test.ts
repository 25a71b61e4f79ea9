import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder, never, smallJob } from '../support/compute.ts';
import { scriptedRenders } from '../support/fanout/renders.ts';
import { type ModalBench, modalOn } from '../support/modal-compute.ts';
import type { Emulator } from '../support/modal-emulator/emulator.ts';
import { emulatedModal } from '../support/modal-emulator/published.ts';

const folder = makeFolder();
let emulator: Emulator;
let bench: ModalBench;
beforeAll(async () => {
  emulator = await emulatedModal({ script: scriptedRenders(folder, (section) => section / 10) });
  bench = await modalOn(emulator);
});
afterAll(async () => {
  await bench.compute.close();
  await emulator.close();
  for (const each of [folder, bench.dataFolder]) rmSync(each, { recursive: true, force: true });
});

it('takes scripted sections for drawn ones: their time, their frames, their clips', async () => {
  const job = await bench.job();
  const { renderer } = job;
  const drawn = await Promise.all(
    [1, 2, 6].map(async (section) => {
      const [clipPath, frames, begun] = [join(folder, `${section}.mp4`), [] as number[], performance.now()];
      const report = await renderer.render({ job: { ...smallJob('pass'), section }, assetPaths: [], clipPath }, { signal: never, onFrames: (done) => frames.push(done) });
      return { report, frames, clip: readFileSync(clipPath), milliseconds: performance.now() - begun };
    }),
  );
  await job.close();
  for (const { report, clip } of drawn) {
    expect(report).toMatchObject({ frames: 15, beats: [{ plannedEndFrame: 15 }] });
    expect(report.failure).toBeUndefined();
    expect(clip.equals(drawn[0]?.clip ?? Buffer.alloc(0))).toBe(true);
  }
  expect(drawn[2]?.milliseconds).toBeGreaterThanOrEqual(600);
  expect(drawn[2]?.frames).toContain(0);
  expect(emulator.running()).toEqual([]);
  expect(bench.uses.map(({ section }) => section).sort()).toEqual([1, 2, 6]);
});
