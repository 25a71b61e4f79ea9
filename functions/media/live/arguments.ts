import { trackTimescale } from '../ffmpeg/clip-profile.ts';
import { type LoudnessMeasure, steadyGainDecibels, steadyGainFilter } from '../ffmpeg/loudness.ts';
import { AUDIO_RATE } from './audio-segments.ts';

const COMMON = ['-nostdin', '-v', 'error', '-y'];
/** Nothing in the file's head that differs from clip to clip: a player is handed one head for all of them. */
const BARE = ['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact', '-write_btrt', '0'];

/** Takes a clip apart, nothing encoded anew: a fragmented MP4 of its picture, a fragment for every key frame. */
export const clipFragmentsArguments = ({ clip, framesPerSecond, output }: { clip: string; framesPerSecond: number; output: string }): string[] => [
  ...[...COMMON, '-i', clip, '-map', '0:v:0', '-c', 'copy', ...BARE, '-video_track_timescale', String(trackTimescale(framesPerSecond))],
  ...['-movflags', 'empty_moov+default_base_moof+frag_keyframe', '-f', 'mp4', output],
];

/** Lists narrations, to be read as one. */
export const narrationList = (files: string[]): string => `ffconcat version 1.0\n${files.map((file) => `file ${file}\n`).join('')}`;

/** Encodes all narration so far as one track, as that of the film will be. @param gainDecibels none for silence */
export const soundFragmentsArguments = ({ list, gainDecibels, output }: { list: string; gainDecibels: number | undefined; output: string }): string[] => [
  ...[...COMMON, '-f', 'concat', '-safe', '0', '-i', list, ...(gainDecibels === undefined ? [] : ['-af', steadyGainFilter(gainDecibels)])],
  ...['-c:a', 'aac', '-b:a', '160k', '-ar', String(AUDIO_RATE), '-ac', '1', ...BARE],
  // A fragment a packet would do; a few hundred in one are found faster.
  ...['-movflags', 'empty_moov+default_base_moof', '-frag_duration', '4000000', '-f', 'mp4', output],
];

/** The gain of a film's live sound, by what was measured of its first section; none for silence. */
export const liveGainDecibels = (measure: LoudnessMeasure | undefined): number | undefined => measure && Number(steadyGainDecibels(measure).toFixed(2));
