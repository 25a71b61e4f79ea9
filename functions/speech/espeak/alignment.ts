import { isSpokenCharacter } from '../../../shared/spoken-characters.ts';
import type { Alignment } from '../port.ts';

/** What espeak-ng tells of its own speech; `position` counts code points of the text from 0. */
export interface EspeakEvent {
  type: 'word' | 'phoneme' | 'end';
  position: number;
  milliseconds: number;
  phoneme?: string | undefined;
}

interface SpokenWord {
  /** Code points: `from` included, `to` not. */
  from: number;
  to: number;
  /** Seconds: where the word, and each further phoneme of it, begins, and at last where it ends. */
  knots: number[];
}

/** The events of words in the order of time: those that start at one character (the parts of a number) count once. */
function wordStarts(events: EspeakEvent[], length: number): number[] {
  const starts: number[] = [];
  let furthest = -1;
  events.forEach((event, index) => {
    if (event.type !== 'word' || event.position <= furthest || event.position >= length) return;
    furthest = event.position;
    starts.push(index);
  });
  return starts;
}

function wordKnots(events: EspeakEvent[], endSeconds: number): number[] {
  const knots = [(events[0]?.milliseconds ?? 0) / 1000];
  const lastReal = events.findLastIndex((event) => event.type === 'phoneme' && event.phoneme !== '');
  // The first phoneme begins with the word, or a few milliseconds later.
  const later = events.slice(1, lastReal + 1).filter((event) => event.type === 'phoneme').slice(1);
  for (const event of later) knots.push(event.milliseconds / 1000);
  const silence = events.slice(lastReal + 1).find((event) => event.type === 'end' || (event.type === 'phoneme' && event.phoneme === ''));
  knots.push(silence === undefined ? endSeconds : silence.milliseconds / 1000);
  for (let index = 1; index < knots.length; index += 1) knots[index] = Math.max(knots[index - 1] as number, knots[index] as number);
  return knots;
}

function spokenWords(characters: string[], events: EspeakEvent[], durationSeconds: number): SpokenWord[] {
  const starts = wordStarts(events, characters.length);
  return starts.flatMap((start, order) => {
    const next = starts[order + 1];
    const from = (events[start] as EspeakEvent).position;
    let to = next === undefined ? characters.length : (events[next] as EspeakEvent).position;
    while (to > from && !isSpokenCharacter(characters[to - 1] as string)) to -= 1;
    const endSeconds = next === undefined ? durationSeconds : (events[next] as EspeakEvent).milliseconds / 1000;
    return to === from ? [] : [{ from, to, knots: wordKnots(events.slice(start, next), endSeconds) }];
  });
}

/** The time at a fraction of the way through evenly weighted knots. */
function along(knots: number[], fraction: number): number {
  const place = fraction * (knots.length - 1);
  const before = Math.min(Math.floor(place), knots.length - 2);
  const from = knots[before] as number;
  const to = knots[before + 1] as number;
  return from + (place - before) * (to - from);
}

/**
 * Start and end of every character, from espeak-ng's events, in the shape of ElevenLabs' alignment. The letters of a
 * word are spread over its phonemes; spaces and marks fill what lies between words; the last character ends with the audio.
 */
export function alignmentOf(text: string, events: EspeakEvent[], durationSeconds: number): Alignment {
  const characters = Array.from(text);
  // One boundary more than characters: character j lasts from boundary j to boundary j + 1.
  const boundaries = new Array<number>(characters.length + 1).fill(0);
  let filledTo = 0;
  let filledSeconds = 0;
  const fill = (to: number, endSeconds: number): void => {
    for (let place = filledTo; place <= to; place += 1) {
      boundaries[place] = place === to ? endSeconds : filledSeconds + ((place - filledTo) / (to - filledTo)) * (endSeconds - filledSeconds);
    }
    filledTo = to;
    filledSeconds = endSeconds;
  };
  for (const { from, to, knots } of spokenWords(characters, events, durationSeconds)) {
    fill(from, Math.max(filledSeconds, knots[0] as number));
    for (let place = from + 1; place <= to; place += 1) fill(place, Math.max(filledSeconds, along(knots, (place - from) / (to - from))));
  }
  fill(characters.length, durationSeconds);
  const bounded = boundaries.map((seconds) => Math.min(seconds, durationSeconds));
  return { characters, characterStartTimesSeconds: bounded.slice(0, -1), characterEndTimesSeconds: bounded.slice(1) };
}
