import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../support/command-line.ts';
import { runTool } from '../support/media-tools.ts';
import { audioLagSeconds, soundOf, soundOnsets, visualOnsets } from '../support/sync.ts';

const FRAMES_PER_SECOND = 30;
const SHOWN_AT_FRAMES = [11, 40, 71];
const region = { x: 0, y: 0, width: 80, height: 45 };
const scratch = scratchFolder();
const file = (name: string): string => join(scratch.path, name);

/** Grey boxes that appear in the region at known frames, moved by some frames; noise beneath, from a fixed seed. */
const film = (name: string, movedFrames: number): Promise<unknown> => {
  const boxes = SHOWN_AT_FRAMES.map((frame, index) => `drawbox=x=${10 + 20 * index}:y=10:w=12:h=12:c=gray:t=fill:enable='gte(n,${frame + movedFrames})'`);
  const picture = `color=black:s=160x90:r=${FRAMES_PER_SECOND}:d=3,${boxes.join(',')}`;
  return runTool('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'anoisesrc=d=3:r=48000:c=pink:seed=7:a=0.3', '-c:v', 'libx264', '-c:a', 'pcm_s16le', '-y', file(name)]);
};

describe('finding when things happen', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    await film('meant.mkv', 0);
    await film('late.mkv', 2);
    await runTool('ffmpeg', ['-v', 'error', '-i', file('meant.mkv'), '-c:v', 'copy', '-c:a', 'pcm_s16le', '-af', 'atrim=start=0.1,asetpts=PTS-STARTPTS', '-y', file('early-sound.mkv')]);
  });
  afterAll(scratch.remove);

  it('sees what appears, at its frame', async () => {
    const onsets = await visualOnsets(file('meant.mkv'), region);
    expect(onsets.map((seconds) => Math.round(seconds * FRAMES_PER_SECOND))).toEqual(SHOWN_AT_FRAMES);
  });

  it('sees it in the whole frame as well, and nothing where nothing appears', async () => {
    expect(await visualOnsets(file('meant.mkv'))).toHaveLength(SHOWN_AT_FRAMES.length);
    expect(await visualOnsets(file('meant.mkv'), { x: 80, y: 45, width: 80, height: 45 })).toEqual([]);
  });

  it('sees a picture that is two frames late', async () => {
    const onsets = await visualOnsets(file('late.mkv'), region);
    expect(onsets.map((seconds) => Math.round(seconds * FRAMES_PER_SECOND))).toEqual(SHOWN_AT_FRAMES.map((frame) => frame + 2));
  });

  it('hears that a sound is in its place, and that it is 100 ms early', async () => {
    const meant = await soundOf(file('meant.mkv'));
    expect(audioLagSeconds(await soundOf(file('meant.mkv')), meant)).toBe(0);
    // Matroska keeps times in milliseconds.
    expect(Math.abs(audioLagSeconds(await soundOf(file('early-sound.mkv')), meant) + 0.1)).toBeLessThan(0.001);
  });

  it('finds where sounds begin', () => {
    const samples = new Float32Array(48_000);
    for (const start of [4800, 24_000]) samples.fill(0.5, start, start + 480);
    expect(soundOnsets(samples)).toEqual([0.1, 0.5]);
  });
});
