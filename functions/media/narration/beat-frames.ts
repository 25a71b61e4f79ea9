import type { BeatFrames } from '../../../shared/contract/job.ts';
import { wavBytes } from '../wav.ts';
import { NARRATION_SAMPLE_RATE } from './pacing.ts';
import type { PacedNarration } from './pacing.ts';

export interface BeatTable {
  beats: BeatFrames[];
  totalFrames: number;
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/**
 * The beats in frames. A time becomes the nearest frame; the first beat starts with the section, beats touch, the last ends with the
 * section, and each has at least one frame.
 */
export function beatFrames(paced: PacedNarration, framesPerSecond: number): BeatTable {
  const nearest = (seconds: number): number => Math.floor(seconds * framesPerSecond + 0.5);
  const starts: number[] = [];
  paced.beats.forEach((beat, index) => starts.push(index === 0 ? 0 : Math.max((starts[index - 1] as number) + 1, nearest(beat.startSeconds))));
  // A hundredth of a frame is forgiven, so that rounding in the last digit adds no frame.
  const totalFrames = Math.max((starts.at(-1) ?? 0) + 1, Math.ceil(paced.durationSeconds * framesPerSecond - 0.01));
  const beats = paced.beats.map((beat, index): BeatFrames => {
    const startFrame = starts[index] as number;
    const endFrame = starts[index + 1] ?? totalFrames;
    return {
      startFrame,
      speechEndFrame: clamp(nearest(beat.speechEndSeconds), startFrame, endFrame),
      endFrame,
      words: beat.words.map(({ text, startSeconds }) => ({ text, frame: clamp(nearest(startSeconds), startFrame, endFrame - 1) })),
    };
  });
  return { beats, totalFrames };
}

/** The narration as a WAV that lasts exactly as long as the section's frames, so that sections join without drifting. */
export function narrationWav(paced: PacedNarration, { totalFrames, framesPerSecond }: { totalFrames: number; framesPerSecond: number }): Uint8Array {
  const samples = new Int16Array(Math.round((totalFrames / framesPerSecond) * NARRATION_SAMPLE_RATE));
  samples.set(paced.samples.subarray(0, samples.length));
  return wavBytes(samples, NARRATION_SAMPLE_RATE);
}
