import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { evenlySpoken } from '../../functions/prompts/scene.ts';
import type { SceneExample } from '../../shared/contract/flavor.ts';
import type { BeatFrames, RenderJob } from '../../shared/contract/job.ts';
import { encoderProfiles } from '../../shared/contract/quality.ts';
import { makeCompute, makeFolder, renderScene, smallJob } from '../support/compute.ts';
import { shippedFlavors } from '../support/scene-tasks.ts';

const profile = encoderProfiles.preview;
const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { names, chosen } = await shippedFlavors();
/** Most flavors show those of the default: each is drawn once. */
const examples = new Map(names.flatMap((name) => chosen(name).flavor.scene.examples).map((example) => [example.code, example]));
const compute = await makeCompute({ dataFolder: join(folder, 'data') });

function beatsOf({ beats }: SceneExample): BeatFrames[] {
  let startFrame = 0;
  return beats.map((beat) => {
    const frames = Math.round(beat.seconds * profile.framesPerSecond);
    const first = startFrame;
    startFrame += frames;
    const words = evenlySpoken(beat).map(({ text, seconds }) => ({ text, frame: first + Math.round(seconds * profile.framesPerSecond) }));
    return { startFrame: first, speechEndFrame: startFrame - Math.round(profile.framesPerSecond / 2), endFrame: startFrame, words };
  });
}

function jobOf(example: SceneExample, theme: RenderJob['theme']): RenderJob {
  const beats = beatsOf(example);
  const symbolColours = Object.fromEntries(example.ledger.map(({ symbol, colour }) => [symbol, colour]));
  return { ...smallJob(example.code, beats.at(-1)?.endFrame), title: example.section, theme, symbolColours, beats, profile };
}

test.each([...examples.values()].flatMap((example) => (['dark', 'light'] as const).map((theme) => ({ example, theme, section: example.section }))))(
  'the example "$section" is drawn without a fault in the $theme theme, each thing at its word',
  { timeout: 180_000 },
  async ({ example, theme }) => {
    const report = await renderScene(compute, jobOf(example, theme), join(folder, `${theme}.mp4`));
    expect(report.failure).toBeUndefined();
    expect(report.geometry).toEqual([]);
    // A word that is waited for and not said in its beat would be noted.
    expect(report.notes).toEqual([]);
    for (const beat of report.beats) expect(beat).toMatchObject({ skipped: false, squeeze: 1, appliedAtOnce: 0 });
  },
);
