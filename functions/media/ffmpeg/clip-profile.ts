import type { EncoderProfile } from '../../../shared/contract/job.ts';
import { frameCount, pictureOf } from './probe.ts';
import type { Probe } from './probe.ts';

/** What a section's clip has to be to join the others without being encoded again. */
export interface ClipExpectation {
  profile: EncoderProfile;
  frames: number;
}

/** ffmpeg's own choice for a constant frame rate: the smallest doubling of the rate that is at least 10,000. */
export function trackTimescale(framesPerSecond: number): number {
  let timescale = framesPerSecond;
  while (timescale < 10_000) timescale *= 2;
  return timescale;
}

/** Why a clip cannot be joined as it is, in words for the report; undefined when it can. */
export function clipMismatch(probe: Probe, { profile, frames }: ClipExpectation): string | undefined {
  const picture = pictureOf(probe);
  if (picture === undefined) return 'it has no picture';
  const { width, height, framesPerSecond } = profile;
  const found: [string, string | undefined, string][] = [
    ['codec', picture.codec_name, 'h264'],
    ['H.264 profile', picture.profile, 'High'],
    ['size', `${picture.width}x${picture.height}`, `${width}x${height}`],
    ['pixel format', picture.pix_fmt, 'yuv420p'],
    ['frame rate', picture.r_frame_rate, `${framesPerSecond}/1`],
    ['time base', picture.time_base, `1/${trackTimescale(framesPerSecond)}`],
    ['frame count', String(frameCount(probe)), String(frames)],
  ];
  const different = found.find(([, is, wanted]) => is !== wanted);
  return different === undefined ? undefined : `its ${different[0]} is ${different[1] ?? 'unknown'}, not ${different[2]}`;
}

/**
 * Arguments that encode a clip again to the film's profile and length: the picture is fitted into the frame, and the last
 * frame stays where there are too few.
 */
export function encodeArguments(files: { input: string; output: string }, { profile, frames }: ClipExpectation): string[] {
  const { width, height, framesPerSecond, preset, crf, keyframeSeconds } = profile;
  const filters = [
    `fps=${framesPerSecond}`,
    `scale=${width}:${height}:force_original_aspect_ratio=decrease`,
    `pad=${width}:${height}:-1:-1`,
    'setsar=1',
    'format=yuv420p',
    'tpad=stop=-1:stop_mode=clone',
  ];
  return [
    ...['-nostdin', '-v', 'error', '-y', '-i', files.input, '-map', '0:v:0', '-an', '-sn', '-dn', '-map_chapters', '-1'],
    ...['-vf', filters.join(','), '-frames:v', String(frames)],
    ...['-c:v', 'libx264', '-profile:v', 'high', '-preset', preset, '-crf', String(crf), '-g', String(Math.round(framesPerSecond * keyframeSeconds))],
    ...['-threads', '1', '-video_track_timescale', String(trackTimescale(framesPerSecond)), files.output],
  ];
}
