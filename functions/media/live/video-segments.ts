import type { FragmentedTrack, MediaSample } from './read-fragments.ts';
import { type Fragment, fragmentBytes } from './write-fragment.ts';
import { TARGET_SECONDS } from './target.ts';

/** Part of a section's picture, as it is published. */
export interface SegmentBytes {
  bytes: Uint8Array<ArrayBuffer>;
  seconds: number;
}

export interface SectionPlace {
  /** First frame of the section in the film, and its frames. */
  startFrame: number;
  frames: number;
  framesPerSecond: number;
  /** Segments of the film's picture that come before. */
  segmentsBefore: number;
}

/**
 * A section's clip as media segments, each of which begins with a key frame and lasts for the target duration at most. Every frame is
 * shown at its own place in the film: the delay that B-frames ask for is put into negative composition offsets, so that sections
 * of different delays neither overlap nor leave a gap.
 * Undefined where the clip has too few key frames for that, or not the frames that it should have.
 */
export function videoSegments(track: FragmentedTrack, place: SectionPlace): SegmentBytes[] | undefined {
  const { startFrame, frames, framesPerSecond, segmentsBefore } = place;
  const ticksPerFrame = track.ticksPerSecond / framesPerSecond;
  const samples = inStep(track.samples, ticksPerFrame);
  const groups = cut(samples, TARGET_SECONDS * framesPerSecond);
  if (samples.length !== frames || groups === undefined) return undefined;
  let frame = startFrame;
  return groups.map((group, index) => {
    const fragment: Fragment = { sequence: segmentsBefore + index + 1, decodeTicks: frame * ticksPerFrame, samples: group };
    frame += group.length;
    return { bytes: fragmentBytes(fragment), seconds: group.length / framesPerSecond };
  });
}

/** Every sample lasts one frame, and the first is shown when it is decoded. */
function inStep(samples: MediaSample[], ticksPerFrame: number): MediaSample[] {
  const shown = samples.map(({ compositionTicks }, index) => index * ticksPerFrame + compositionTicks);
  const first = shown.reduce((least, ticks) => Math.min(least, ticks), Infinity);
  return samples.map((sample) => ({ ...sample, durationTicks: ticksPerFrame, compositionTicks: sample.compositionTicks - first }));
}

/** As many groups of pictures together as fit; undefined where one alone is too long. */
function cut(samples: MediaSample[], mostFrames: number): MediaSample[][] | undefined {
  const keys = samples.flatMap(({ isKey }, index) => (isKey ? [index] : []));
  if (keys[0] !== 0) return undefined;
  const groups: MediaSample[][] = [];
  for (let first = 0; first < samples.length; ) {
    const end = [...keys, samples.length].findLast((next) => next > first && next - first <= mostFrames);
    if (end === undefined) return undefined;
    groups.push(samples.slice(first, end));
    first = end;
  }
  return groups;
}
