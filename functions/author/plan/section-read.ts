import { type Beat, type Section, spokenText } from '../../../shared/contract/plan.ts';
import { countWords, sentencesOf } from '../../lesson/sentences.ts';
import { readNarration } from './narration.ts';
import type { BeatReply, SectionReply } from './reply.ts';

/** A section as it was answered, read: what can be used of it, and what is wrong with it. */
export interface ReadSection {
  beats: ReadBeat[];
  faults: string[];
}

/** One beat of it. What cannot be spoken is still in it: whoever uses it looks at `unspoken` first. */
export interface ReadBeat {
  beat: Beat;
  words: number;
  /** What in its words cannot be spoken. */
  unspoken: string[];
  faults: string[];
}

/** What its place in the film says of a section. */
export interface SectionPlace {
  language: string;
  /** As the outline plans it. */
  seconds: number | undefined;
}

const wordsPerMinute = 150;
const mostWords = 40;
const mostSentences = 4;
const longestPauseSeconds = 4;
const longestPictureCharacters = 2000;
const mostKeyPhrases = 3;
const beatCount = { fewest: 2, most: 10 } as const;
/** How far from its planned length a section may be: the film follows what is spoken. */
const lengthTolerance = { least: 0.55, most: 1.7 } as const;

const quoted = (text: string): string => (text.length > 60 ? `${text.slice(0, 60).trim()}…` : text);

const compared = (text: string): string => text.normalize('NFKC').replaceAll(/[*`“”"'’]/g, '').replaceAll(/\s+/g, ' ').trim().toLowerCase();

/** The phrases that are spoken in this beat, as rich text, each once: those that are bold, then those that are named. */
function keyPhrases(reply: BeatReply, bold: string[], { text, language }: { text: string; language: string }): string[] {
  const spoken = [compared(reply.narration), compared(text)];
  const named = reply.keyPhrases
    .filter((phrase) => compared(phrase) !== '' && spoken.some((words) => words.includes(compared(phrase))))
    .flatMap((phrase) => {
      const read = readNarration(`**${phrase.replaceAll('**', '').trim()}**`, language);
      return read.faults.length > 0 ? [] : read.keyPhrases;
    });
  const phrases = [...bold, ...named];
  return phrases.filter((phrase, index) => phrases.findIndex((other) => compared(other) === compared(phrase)) === index).slice(0, mostKeyPhrases);
}

function readBeat(reply: BeatReply, { language }: SectionPlace): ReadBeat {
  const { spans, keyPhrases: bold, faults: unspoken } = readNarration(reply.narration, language);
  const picture = reply.picture.replaceAll(/\s+/g, ' ').trim().slice(0, longestPictureCharacters);
  const beat: Beat = {
    narration: spans,
    keyPhrases: keyPhrases(reply, bold, { text: spans.map(({ text }) => text).join(''), language }),
    visuals: [],
    ...(picture === '' ? {} : { picture }),
    pauseSeconds: Math.min(longestPauseSeconds, Math.max(0, reply.pauseSeconds)),
  };
  const words = countWords(spokenText(beat), language);
  return { beat, words, unspoken, faults: beatFaults({ beat, words, unspoken }, language) };
}

function beatFaults({ beat, words, unspoken }: Omit<ReadBeat, 'faults'>, language: string): string[] {
  const spoken = spokenText(beat);
  const sentences = sentencesOf(spoken, language).length;
  const faults = [...unspoken];
  if (words === 0 && unspoken.length === 0) faults.push('it has no words');
  if (beat.picture === undefined) faults.push('it has no picture');
  if (words > mostWords || sentences > mostSentences) faults.push(`it has ${words} words in ${sentences} sentences; one or two sentences with at most ${mostWords} words are a beat`);
  return faults;
}

/** How long the section takes when it is spoken. */
const spokenSeconds = (beats: ReadBeat[]): number => beats.reduce((sum, { beat, words }) => sum + (words * 60) / wordsPerMinute + beat.pauseSeconds, 0);

function sectionFaults(beats: ReadBeat[], { seconds }: SectionPlace): string[] {
  if (beats.length === 0) return ['It has no beats.'];
  const faults: string[] = [];
  if (beats.length < beatCount.fewest || beats.length > beatCount.most) faults.push(`It has ${beats.length} beats; a section has ${beatCount.fewest} to ${beatCount.most}.`);
  const estimate = spokenSeconds(beats);
  if (seconds !== undefined && (estimate < seconds * lengthTolerance.least || estimate > seconds * lengthTolerance.most)) {
    faults.push(`Its words take about ${Math.round(estimate)} seconds; ${Math.round(seconds)} are planned.`);
  }
  return faults;
}

/** Reads one section of a reply and finds all that is wrong with it. */
export function readSection(reply: SectionReply, place: SectionPlace): ReadSection {
  const beats = reply.beats.map((beat) => readBeat(beat, place));
  const told = beats.flatMap(({ beat, faults }, index) => faults.map((fault) => `Beat ${index + 1} (“${quoted(spokenText(beat))}”): ${fault.replace(/\.$/, '')}.`));
  return { beats, faults: [...sectionFaults(beats, place), ...told] };
}

/** The section that these beats are. */
export function sectionOf(title: string, beats: Beat[]): Section {
  const last = beats.at(-1);
  // What comes last is seen for a while before the section, and with it the picture, ends.
  const held = last && { ...last, pauseSeconds: Math.max(last.pauseSeconds, 1) };
  return { title, beats: held ? [...beats.slice(0, -1), held] : beats };
}
