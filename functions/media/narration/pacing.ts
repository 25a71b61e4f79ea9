import { isSpokenCharacter, placedWords } from '../../../shared/spoken-characters.ts';
import { quietestSample } from './quietest.ts';
import { resample } from './resample.ts';
import type { CharacterTimes, SpeechAudio } from './speech-audio.ts';

/** The sample rate of everything that is narrated, from here to the film. */
export const NARRATION_SAMPLE_RATE = 48_000;

export interface SpokenBeat {
  spoken: string;
  /** Silence after the beat, before the next one starts. */
  pauseSeconds: number;
}

export interface SectionPauses {
  /** Before the first word, so that the picture can start. */
  leadInSeconds: number;
  /** After the last word; a longer pause of the last beat wins. */
  tailSeconds: number;
  /** BCP 47: where words end in a script without spaces. */
  language: string;
}

export const USUAL_LEAD_IN_SECONDS = 0.3;
export const USUAL_TAIL_SECONDS = 0.6;

export interface TimedWord {
  text: string;
  startSeconds: number;
  endSeconds: number;
}

/** A beat in the section's time. */
export interface PacedBeat {
  /** The first beat starts with the section, each other one with its first word. */
  startSeconds: number;
  speechEndSeconds: number;
  words: TimedWord[];
  /** Times of the characters of the beat's own text. */
  alignment: CharacterTimes;
}

export interface PacedNarration {
  /** Mono, at `NARRATION_SAMPLE_RATE`. */
  samples: Int16Array;
  durationSeconds: number;
  beats: PacedBeat[];
}

const FADE_SECONDS = 0.005;
/** What is left of a silence when no pause is asked for: enough for both fades. */
const SHORTEST_PAUSE_SECONDS = 0.02;
/** How far around a boundary without silence a better place for the cut is looked for. */
const SEARCH_SECONDS = 0.03;

/** The text to be spoken for a section: the beats' texts, in one, so that the voice keeps its melody. */
export const sectionText = (beats: { spoken: string }[]): string => beats.map(({ spoken }) => spoken).join(' ');

/** A beat in the source audio, in samples of it. */
interface SpeechPlace {
  characters: { from: number; to: number };
  start: number;
  end: number;
}

function speechPlaces(audio: SpeechAudio, beats: SpokenBeat[]): SpeechPlace[] {
  const { characters, characterStartTimesSeconds: starts, characterEndTimesSeconds: ends } = audio.alignment;
  if (characters.join('') !== sectionText(beats)) throw new TypeError('the alignment is not of the beats, joined by a space');
  const inSamples = (seconds: number): number => Math.max(0, Math.min(audio.samples.length, Math.round(seconds * audio.sampleRate)));
  let from = 0;
  let spokenTo = 0;
  return beats.map(({ spoken }) => {
    const to = from + Array.from(spoken).length;
    const sounding = characters.slice(from, to).map(isSpokenCharacter);
    const first = sounding.indexOf(true);
    const place: SpeechPlace = { characters: { from, to }, start: spokenTo, end: spokenTo };
    if (first >= 0) {
      place.start = Math.max(spokenTo, inSamples(starts[from + first] as number));
      place.end = Math.max(place.start, inSamples(ends[from + sounding.lastIndexOf(true)] as number));
    }
    spokenTo = place.end;
    from = to + 1;
    return place;
  });
}

/** A stretch of the source: `from` to `to` are kept, then `silence` samples follow. */
interface Piece {
  from: number;
  to: number;
  silence: number;
}

/** Where the beats' stretches end and begin, so that between the words of two beats lies the pause asked for. */
function cutPieces(audio: SpeechAudio, places: SpeechPlace[], gaps: { leadIn: number; after: number[] }): { leadIn: number; pieces: Piece[] } {
  const { samples, sampleRate } = audio;
  const first = places[0] as SpeechPlace;
  const pieces: Piece[] = [{ from: Math.max(0, first.start - gaps.leadIn), to: samples.length, silence: 0 }];
  places.forEach((place, index) => {
    const wanted = gaps.after[index] as number;
    const piece = pieces.at(-1) as Piece;
    const next = places[index + 1];
    if (next === undefined) {
      piece.to = Math.min(samples.length, place.end + wanted);
      piece.silence = wanted - (piece.to - place.end);
      return;
    }
    const natural = next.start - place.end;
    const margin = natural > SEARCH_SECONDS * sampleRate ? 0 : Math.round(SEARCH_SECONDS * sampleRate);
    const between = { from: Math.max(piece.from, place.start, place.end - margin), to: Math.max(place.end, Math.min(next.start + margin, next.end)) };
    const cut = quietestSample(samples, between, sampleRate);
    const removed = Math.max(0, natural - wanted);
    const share = natural > 0 ? Math.min(1, Math.max(0, (cut - place.end) / natural)) : 0;
    piece.to = removed > 0 ? place.end + Math.round(wanted * share) : cut;
    piece.silence = Math.max(0, wanted - natural);
    pieces.push({ from: piece.to + removed, to: samples.length, silence: 0 });
  });
  return { leadIn: Math.max(0, gaps.leadIn - first.start), pieces };
}

function join(audio: SpeechAudio, leadIn: number, pieces: Piece[]): { samples: Int16Array; offsets: number[] } {
  const fade = Math.round(FADE_SECONDS * audio.sampleRate);
  const length = pieces.reduce((total, { from, to, silence }) => total + to - from + silence, leadIn);
  const joined = new Int16Array(length);
  const offsets: number[] = [];
  let place = leadIn;
  for (const { from, to, silence } of pieces) {
    offsets.push(place - from);
    for (let sample = from; sample < to; sample += 1) {
      const weight = Math.min(1, (sample - from + 1) / fade, (to - sample) / fade);
      joined[place + sample - from] = Math.round((audio.samples[sample] as number) * weight);
    }
    place += to - from + silence;
  }
  return { samples: joined, offsets };
}

function pacedBeat(beat: SpokenBeat, alignment: CharacterTimes, language: string): Omit<PacedBeat, 'startSeconds' | 'speechEndSeconds'> {
  const { characterStartTimesSeconds: starts, characterEndTimesSeconds: ends } = alignment;
  const words = placedWords(beat.spoken, language).map(({ text, from, to }) => {
    return { text, startSeconds: starts[from] as number, endSeconds: ends[to - 1] as number };
  });
  return { words, alignment };
}

/**
 * Gives a section that was spoken as one text its pauses: the speech is cut in the silences between beats, with short fades,
 * and silence is put in (or taken out) so that each beat is followed by the pause that it asks for.
 */
export function paceBeats(audio: SpeechAudio, beats: SpokenBeat[], pauses: SectionPauses): PacedNarration {
  const { sampleRate, alignment } = audio;
  const places = speechPlaces(audio, beats);
  const last = beats.length - 1;
  const pauseSeconds = beats.map((beat, index) => Math.max(SHORTEST_PAUSE_SECONDS, beat.pauseSeconds, index === last ? pauses.tailSeconds : 0));
  const inSamples = (seconds: number): number => Math.round(seconds * sampleRate);
  const { leadIn, pieces } = cutPieces(audio, places, { leadIn: inSamples(pauses.leadInSeconds), after: pauseSeconds.map(inSamples) });
  const { samples, offsets } = join(audio, leadIn, pieces);
  const durationSeconds = samples.length / sampleRate;
  const paced = beats.map((beat, index): PacedBeat => {
    const { characters, start, end } = places[index] as SpeechPlace;
    const offset = offsets[index] as number;
    const within = (seconds: number): number => (Math.max(start, Math.min(end, seconds * sampleRate)) + offset) / sampleRate;
    const moved = (times: number[]): number[] => times.slice(characters.from, characters.to).map(within);
    const own = {
      characters: alignment.characters.slice(characters.from, characters.to),
      characterStartTimesSeconds: moved(alignment.characterStartTimesSeconds),
      characterEndTimesSeconds: moved(alignment.characterEndTimesSeconds),
    };
    const startSeconds = index === 0 ? 0 : (start + offset) / sampleRate;
    return { startSeconds, speechEndSeconds: (end + offset) / sampleRate, ...pacedBeat(beat, own, pauses.language) };
  });
  return { samples: resample(samples, sampleRate, NARRATION_SAMPLE_RATE), durationSeconds, beats: paced };
}
