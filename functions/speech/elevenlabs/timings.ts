import type { Alignment } from '../port.ts';

/** One character as the provider timed it. */
export interface TimedCharacter {
  text: string;
  startSeconds: number;
  endSeconds: number;
}

export interface Sound {
  samples: Int16Array;
  sampleRate: number;
}

/** One per cent of full scale: breath and noise lie below. */
const AUDIBLE = 328;
/** A last sound fades out after the character that it belongs to. */
const FADE_SECONDS = 0.25;
/** What rounding may add to the end. */
const BEYOND_SECONDS = 0.05;

const isSpace = (character: string): boolean => /^\s$/u.test(character);

export const durationSeconds = ({ samples, sampleRate }: Sound): number => samples.length / sampleRate;

function soundEndSeconds({ samples, sampleRate }: Sound): number {
  return (samples.findLastIndex((sample) => Math.abs(sample) > AUDIBLE) + 1) / sampleRate;
}

/** Whether the times are in order, end with what is heard, and lie within it. */
export function timesAgree(timed: TimedCharacter[], sound: Sound): boolean {
  let last = 0;
  for (const { startSeconds, endSeconds } of timed) {
    if (!(startSeconds >= last - BEYOND_SECONDS && endSeconds >= startSeconds)) return false;
    last = startSeconds;
  }
  const end = Math.max(0, ...timed.slice(-1).map(({ endSeconds }) => endSeconds));
  return end >= soundEndSeconds(sound) - FADE_SECONDS && end <= durationSeconds(sound) + BEYOND_SECONDS;
}

/**
 * The times on every character of the text: spaces, with which providers deal freely, fill what lies between, and the last
 * character ends with the audio. Undefined where other characters were timed than those of the text.
 */
export function alignmentOf(text: string, timed: TimedCharacter[], endSeconds: number): Alignment | undefined {
  const characters = Array.from(text);
  const told = timed.flatMap((one) => Array.from(one.text, (character) => ({ ...one, text: character }))).filter(({ text: character }) => !isSpace(character));
  const expected = characters.filter((character) => !isSpace(character));
  if (told.length !== expected.length || told.some(({ text: character }, index) => character !== expected[index])) return undefined;

  const starts: number[] = [];
  const ends: number[] = [];
  let place = 0;
  let filled = 0;
  const within = (seconds: number): number => Math.min(endSeconds, Math.max(filled, seconds));
  for (const character of characters) {
    const own = isSpace(character) ? undefined : told[place++];
    const start = own ? within(own.startSeconds) : filled;
    const end = Math.max(start, own ? within(own.endSeconds) : within(told[place]?.startSeconds ?? endSeconds));
    starts.push(start);
    ends.push(end);
    filled = end;
  }
  if (ends.length > 0) ends[ends.length - 1] = endSeconds;
  return { characters, characterStartTimesSeconds: starts, characterEndTimesSeconds: ends };
}

/** One alignment after the other, each later by the audio before it. */
export function joinedAlignments(parts: { alignment: Alignment; seconds: number }[]): Alignment {
  const joined: Alignment = { characters: [], characterStartTimesSeconds: [], characterEndTimesSeconds: [] };
  let before = 0;
  for (const { alignment, seconds } of parts) {
    const offset = before;
    joined.characters.push(...alignment.characters);
    joined.characterStartTimesSeconds.push(...alignment.characterStartTimesSeconds.map((start) => start + offset));
    joined.characterEndTimesSeconds.push(...alignment.characterEndTimesSeconds.map((end) => end + offset));
    before += seconds;
  }
  return joined;
}
