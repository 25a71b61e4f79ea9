import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createLocalCompute, type LocalCompute, type LocalComputeOptions } from '../../functions/compute/local/local-compute.ts';
import type { RenderJob } from '../../shared/contract/job.ts';
import type { SectionReport } from '../../shared/contract/report.ts';

const checkout = new URL('../..', import.meta.url).pathname;
const setup = z.object({ python: z.string() }).parse(JSON.parse(readFileSync(join(checkout, '.lectern/setup.json'), 'utf8')));

export const packageFolder = join(checkout, 'docker/render');
export const pythonOfSetup = setup.python;

export const never = new AbortController().signal;

/** A new folder that the sandbox's user can enter. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lectern-test-'));
  chmodSync(folder, 0o755);
  return folder;
}

export const makeCompute = (options: Partial<LocalComputeOptions> & { dataFolder: string }): Promise<LocalCompute> =>
  createLocalCompute({ python: pythonOfSetup, packageFolder, cores: 2, ...options });

/** A section of one beat, tiny and short. */
export const smallJob = (sceneCode: string, totalFrames = 15): RenderJob => ({
  protocol: 1,
  section: 1,
  title: 'A section',
  language: 'en',
  theme: 'dark',
  symbolColours: {},
  sceneCode,
  beats: [{ startFrame: 0, speechEndFrame: totalFrames - 2, endFrame: totalFrames, words: [] }],
  totalFrames,
  seed: 1,
  profile: { width: 256, height: 144, framesPerSecond: 15, preset: 'veryfast', crf: 30, keyframeSeconds: 2 },
  assets: [],
});

/** Renders one scene to `clipPath`. */
export const renderScene = (compute: Pick<LocalCompute, 'renderer'>, job: RenderJob, clipPath: string): Promise<SectionReport> =>
  compute.renderer.render({ job, assetPaths: [], clipPath }, { signal: never, onFrames: () => undefined });
