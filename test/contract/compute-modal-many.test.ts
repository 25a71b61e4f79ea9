import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import type { MediaTool } from '../../functions/compute/port.ts';
import { makeCompute, makeFolder, never, smallJob } from '../support/compute.ts';
import { modalOn } from '../support/modal-compute.ts';
import type { Emulator } from '../support/modal-emulator/emulator.ts';
import { emulatedModal } from '../support/modal-emulator/published.ts';
import { type ScriptedRender, scriptedRender } from '../support/modal-emulator/scripted-render.ts';
import { circle } from '../support/scenes.ts';

const SECTIONS = 64;
const folder = makeFolder();
const job = smallJob(circle);
const clip = Buffer.from('a clip');
let emulator: Emulator;
const open = async (script: Partial<ScriptedRender>): Promise<Emulator> => (emulator = await emulatedModal({ script: scriptedRender({ seconds: () => 0.1, clip, ...script }) }));
afterEach(() => emulator.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Finds every clip to be what was asked for: what is drawn here is a script. */
const believing: MediaTool = {
  identity: 'believing',
  run: async () => ({
    exitCode: 0,
    stderr: '',
    stdout: Buffer.from(JSON.stringify({
      format: { format_name: 'mov' },
      streams: [{
        codec_type: 'video', codec_name: 'h264', profile: 'High', width: job.profile.width, height: job.profile.height, pix_fmt: 'yuv420p', r_frame_rate: '15/1', avg_frame_rate: '15/1',
        start_time: '0', nb_read_frames: String(job.totalFrames), nb_read_packets: String(job.totalFrames),
      }],
    })),
  }),
};

it('every section is drawn in a sandbox of its own, however many there are, and none is left', async () => {
  const { compute, job: ofJob, uses } = await modalOn(await open({ seconds: () => 1 }), { media: believing });
  const drawing = await ofJob();
  const numbers = Array.from({ length: SECTIONS }, (_, index) => index + 1);
  const reports = await Promise.all(numbers.map((section) =>
    drawing.renderer.render({ job: { ...job, section }, assetPaths: [], clipPath: join(folder, `${section}.mp4`) }, { signal: never, onFrames: () => undefined })));
  expect(reports.filter(({ failure }) => failure !== undefined)).toEqual([]);
  expect(emulator.creations.map(({ tags }) => Number(tags['section'])).sort((a, b) => a - b)).toEqual(numbers);
  expect(uses.map(({ section = 0 }) => section).sort((a, b) => a - b)).toEqual(numbers);
  await drawing.close();
  await compute.close();
  expect(emulator.running()).toEqual([]);
});

it.each([
  { what: 'is not the one that was reported', script: { clipInstead: Buffer.from('another') }, media: async () => believing },
  { what: 'cannot be decoded', script: {}, media: async () => (await makeCompute({ dataFolder: join(folder, 'local') })).media },
])('a clip that $what is none', async ({ what, script, media }) => {
  const clipPath = join(folder, 'false.mp4');
  const { compute, job: ofJob } = await modalOn(await open(script), { media: await media() });
  const drawing = await ofJob();
  const report = await drawing.renderer.render({ job, assetPaths: [], clipPath }, { signal: never, onFrames: () => undefined });
  expect(report.failure).toMatchObject({ kind: 'protocol', errorClass: 'ClipFault', message: expect.stringContaining(what) as string });
  expect(existsSync(clipPath)).toBe(false);
  await drawing.close();
  await compute.close();
});
