/** Small films of known content, put together the way the real ones are. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeArguments } from '../../functions/media/ffmpeg/clip-profile.ts';
import { stitchArguments, stitchFiles } from '../../functions/media/ffmpeg/stitch.ts';
import type { StitchFilm, StitchOutput } from '../../functions/media/ffmpeg/stitch.ts';
import { wavBytes } from '../../functions/media/wav.ts';
import type { EncoderProfile } from '../../shared/contract/job.ts';
import { runTool } from './media-tools.ts';

export const smallProfile: EncoderProfile = { width: 160, height: 90, framesPerSecond: 30, preset: 'veryfast', quantiser: 30, keyframeSeconds: 2 };

const SAMPLE_RATE = 48_000;
/** Into each section, so that no encoder's start is met. */
export const MARK_SECONDS = 0.5;

/** A clip with a white flash, in another codec and size than films have, then encoded to the film's profile. */
export async function flashClip(folder: string, name: string, frames: number): Promise<void> {
  const mark = Math.round(MARK_SECONDS * smallProfile.framesPerSecond);
  const source = `color=black:s=320x180:r=30,drawbox=c=white:t=fill:enable='between(n,${mark},${mark + 3})'`;
  await runTool('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, '-frames:v', String(frames), '-c:v', 'ffv1', '-y', `${name}.mkv`], folder);
  await runTool('ffmpeg', encodeArguments({ input: `${name}.mkv`, output: name }, { profile: smallProfile, frames }), folder);
}

/** Narration of a section that is silent but for a click. */
export function clickWav(folder: string, name: string, frames: number): void {
  const samples = new Int16Array((frames / smallProfile.framesPerSecond) * SAMPLE_RATE);
  const start = MARK_SECONDS * SAMPLE_RATE;
  for (let index = 0; index < 960; index += 1) samples[start + index] = Math.round(24_000 * Math.sin((2 * Math.PI * 1000 * index) / SAMPLE_RATE));
  writeFileSync(join(folder, name), wavBytes(samples, SAMPLE_RATE));
}

export async function stitch(folder: string, film: StitchFilm, output: Omit<StitchOutput, 'poster'>): Promise<string> {
  for (const { name, text } of stitchFiles(film)) writeFileSync(join(folder, name), text);
  await runTool('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=gray:s=160x90', '-frames:v', '1', '-y', 'poster.jpg'], folder);
  const { stderr } = await runTool('ffmpeg', stitchArguments(film, { ...output, poster: 'poster.jpg' }), folder);
  return stderr;
}
