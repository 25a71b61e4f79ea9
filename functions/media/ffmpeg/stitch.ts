import { subRip } from '../captions/formats.ts';
import type { Cue } from '../captions/schedule.ts';
import { languageCode } from './language-code.ts';
import { loudnessFilter } from './loudness.ts';
import type { LoudnessMeasure } from './loudness.ts';

/** One section as it goes into the film; file names are relative to the work folder. */
export interface StitchSection {
  title: string;
  clip: string;
  /** A WAV that lasts exactly as long as the frames. */
  audio: string;
  frames: number;
}

export interface StitchFilm {
  title: string;
  /** What else the file should say of itself. */
  comment: string;
  language: string;
  framesPerSecond: number;
  sections: StitchSection[];
  /** A film without a word that is shown has no subtitle stream. */
  cues: Cue[];
}

export interface StitchOutput {
  /** What the first pass measured; undefined for silence, which stays silence. */
  loudness: LoudnessMeasure | undefined;
  /** A JPEG. */
  poster: string;
  output: string;
}

export const VIDEO_LIST = 'video.ffconcat';
export const AUDIO_LIST = 'audio.ffconcat';
export const METADATA = 'film.ffmetadata';
export const SUBTITLES = 'captions.srt';

const quoted = (name: string): string => `'${name.replaceAll("'", "'\\''")}'`;

const metadataValue = (value: string): string => value.replace(/[\r\n]+/g, ' ').replace(/[=;#\\]/g, '\\$&');

/** `duration` lines keep the joins exact: without them ffmpeg takes the clips' own, which end a frame early or late. */
function videoList({ sections, framesPerSecond }: StitchFilm): string {
  const entries = sections.map(({ clip, frames }) => `file ${quoted(clip)}\nduration ${(frames / framesPerSecond).toFixed(9)}\n`);
  return `ffconcat version 1.0\n${entries.join('')}`;
}

const audioList = ({ sections }: StitchFilm): string => `ffconcat version 1.0\n${sections.map(({ audio }) => `file ${quoted(audio)}\n`).join('')}`;

function metadata({ title, comment, sections, framesPerSecond }: StitchFilm): string {
  const lines = [';FFMETADATA1', `title=${metadataValue(title)}`, `comment=${metadataValue(comment)}`];
  let frame = 0;
  const milliseconds = (): number => Math.round((frame * 1000) / framesPerSecond);
  for (const section of sections) {
    lines.push('[CHAPTER]', 'TIMEBASE=1/1000', `START=${milliseconds()}`);
    frame += section.frames;
    lines.push(`END=${milliseconds()}`, `title=${metadataValue(section.title)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The text files that ffmpeg reads beside clips, narration and poster: they go into the work folder. */
export function stitchFiles(film: StitchFilm): { name: string; text: string }[] {
  const files = [
    { name: VIDEO_LIST, text: videoList(film) },
    { name: AUDIO_LIST, text: audioList(film) },
    { name: METADATA, text: metadata(film) },
  ];
  return film.cues.length > 0 ? [...files, { name: SUBTITLES, text: subRip(film.cues) }] : files;
}

/**
 * Arguments that make the film: video by stream copy, all narration as one track that is encoded once (joined AAC drifts by its priming
 * at each join), chapters, subtitles and poster inside, ready to be played while it loads.
 */
export function stitchArguments(film: StitchFilm, { loudness, poster, output }: StitchOutput): string[] {
  const language = languageCode(film.language);
  const captioned = film.cues.length > 0;
  const posterInput = captioned ? 4 : 3;
  const concat = (list: string): string[] => ['-f', 'concat', '-safe', '0', '-i', list];
  return [
    ...['-nostdin', '-v', 'warning', '-y', ...concat(VIDEO_LIST), ...concat(AUDIO_LIST), '-f', 'ffmetadata', '-i', METADATA],
    ...(captioned ? ['-f', 'srt', '-i', SUBTITLES] : []),
    ...['-i', poster, '-map', '0:v', '-map', '1:a', ...(captioned ? ['-map', '3:s'] : []), '-map', `${posterInput}:v`],
    ...['-map_metadata', '2', '-map_chapters', '2', '-c:v', 'copy'],
    ...(loudness === undefined ? [] : ['-af', loudnessFilter(loudness)]),
    ...['-c:a', 'aac', '-b:a', '160k', '-ar', '48000', '-ac', '1', `-metadata:s:a:0`, `language=${language}`],
    ...(captioned ? ['-c:s', 'mov_text', '-metadata:s:s:0', `language=${language}`, '-disposition:s:0', 'default'] : []),
    ...['-disposition:v:1', 'attached_pic', '-movflags', '+faststart', output],
  ];
}
