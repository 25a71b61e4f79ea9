import type { Cue } from './schedule.ts';

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');

const clockTime = (milliseconds: number, decimalMark: '.' | ','): string => {
  const seconds = Math.floor(milliseconds / 1000);
  return `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}${decimalMark}${pad(milliseconds % 1000, 3)}`;
};

const timed = ({ startMilliseconds, endMilliseconds, lines }: Cue, decimalMark: '.' | ',', textOf: (line: string) => string): string =>
  [`${clockTime(startMilliseconds, decimalMark)} --> ${clockTime(endMilliseconds, decimalMark)}`, ...lines.map(textOf)].join('\n');

const numbered = (block: string, index: number): string => `${index + 1}\n${block}`;

const escaped = (line: string): string => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** WebVTT (W3C): `&`, `<` and `>` are written as references. */
export const webVtt = (cues: Cue[]): string => `${['WEBVTT', ...cues.map((cue) => timed(cue, '.', escaped)).map(numbered)].join('\n\n')}\n`;

/** One of several files that make up a WebVTT together. Its cues have no numbers: players take two of one number for the same. */
export const webVttPart = (head: string, cues: Cue[]): string => `${[`WEBVTT\n${head}`, ...cues.map((cue) => timed(cue, '.', escaped))].join('\n\n')}\n`;

/** U+2060: takes no room, is not drawn, and keeps what stands around it from being read together. */
const WORD_JOINER = '\u2060';

/** ffmpeg reads HTML tags, ASS overrides (`{\\an8}`) and ASS breaks (`\\N`, as in `\\Nabla`) in SubRip, and would swallow them. */
const withoutTags = (line: string): string =>
  line.replace(/<(?=[\p{L}/])|\\(?=[Nnh])|\{(?=\\)/gu, (mark) => mark + WORD_JOINER);

/** SubRip, which knows no escapes: it is what ffmpeg makes the subtitles inside an MP4 from. */
export const subRip = (cues: Cue[]): string => `${cues.map((cue) => timed(cue, ',', withoutTags)).map(numbered).join('\n\n')}\n`;
