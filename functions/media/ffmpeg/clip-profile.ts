import type { EncoderProfile } from '../../../shared/contract/job.ts';
import { frameCount, pictureOf } from './probe.ts';
import type { Probe } from './probe.ts';

const TICKS_PER_FRAME = 512;

/** What a section's clip has to be to join the others without being encoded again. */
export interface ClipExpectation {
  profile: EncoderProfile;
  frames: number;
}

/** The colours that every clip says it has, in ffprobe's words: they stand in the stream's headers, which all clips share. */
const COLOURS = { color_range: 'tv', color_space: 'smpte170m', color_primaries: 'bt709', color_transfer: 'bt709' };
const X264_COLOURS = 'colorprim=bt709:transfer=bt709:colormatrix=smpte170m:range=tv';

/** Ticks a second of a film's picture. */
export const trackTimescale = (framesPerSecond: number): number => framesPerSecond * TICKS_PER_FRAME;

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
    ['colour', [picture.color_range, picture.color_space, picture.color_primaries, picture.color_transfer].join(' '), Object.values(COLOURS).join(' ')],
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
    `scale=${width}:${height}:force_original_aspect_ratio=decrease:out_color_matrix=smpte170m:out_range=tv`,
    `pad=${width}:${height}:-1:-1`,
    'setsar=1',
    'format=yuv420p',
    'tpad=stop=-1:stop_mode=clone',
  ];
  return [
    ...['-nostdin', '-v', 'error', '-y', '-i', files.input, '-map', '0:v:0', '-an', '-sn', '-dn', '-map_chapters', '-1'],
    ...['-vf', filters.join(','), '-frames:v', String(frames)],
    ...['-c:v', 'libx264', '-profile:v', 'high', '-preset', preset, '-crf', String(crf), '-g', String(Math.round(framesPerSecond * keyframeSeconds))],
    ...['-threads', '1', '-x264-params', `stitchable=1:scenecut=0:${X264_COLOURS}`],
    ...['-colorspace', COLOURS.color_space, '-color_primaries', COLOURS.color_primaries],
    ...['-color_trc', COLOURS.color_transfer, '-color_range', COLOURS.color_range],
    ...['-video_track_timescale', String(trackTimescale(framesPerSecond)), files.output],
  ];
}
