import { LecternError } from '../../../shared/errors.ts';
import { isSpokenCharacter } from '../../../shared/spoken-characters.ts';
import type { Speech, SpeechPrice, SpeechRequest, SpokenAudio } from '../port.ts';

const SAMPLE_RATE = 24_000;
/** Characters of a usual word with its space, by the convention of typing: it makes long words last longer. */
const CHARACTERS_PER_WORD = 6;
/** A character of a script without spaces lasts about as long as a syllable, which is two thirds of a usual word. */
const WORDS_PER_WIDE_CHARACTER = 2 / 3;
const CLAUSE_PAUSE_SECONDS = 0.12;
const SENTENCE_PAUSE_SECONDS = 0.3;

const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const DIGIT = /\p{N}/u;
const SENTENCE_MARK = /[.!?…。！？]/u;
const CLAUSE_MARK = /[,;:，、；：]/u;

function secondsOf(character: string, next: string | undefined, wordSeconds: number): number {
  if (WIDE.test(character)) return wordSeconds * WORDS_PER_WIDE_CHARACTER;
  // A digit is said as a word.
  if (DIGIT.test(character)) return wordSeconds * WORDS_PER_WIDE_CHARACTER;
  if (isSpokenCharacter(character) || /\s/u.test(character)) return wordSeconds / CHARACTERS_PER_WORD;
  const endsWord = next === undefined || !isSpokenCharacter(next);
  if (SENTENCE_MARK.test(character) && endsWord) return SENTENCE_PAUSE_SECONDS;
  return CLAUSE_MARK.test(character) && endsWord ? CLAUSE_PAUSE_SECONDS : 0;
}

/** No sound at all, for work without it: its length follows the words at the pace, so that pictures keep their time. */
export class SilentSpeech implements Speech {
  readonly identity = 'silent 1';

  price({ text }: SpeechRequest): SpeechPrice {
    return { provider: 'silent', model: this.identity, units: { characters: text.length }, microDollars: 0 };
  }

  /** @throws LecternError `speech-pace` where the pace is no positive number */
  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpokenAudio> {
    signal.throwIfAborted();
    if (!(request.pace > 0 && Number.isFinite(request.pace))) {
      throw new LecternError('speech-pace', { message: `A voice cannot speak ${request.pace} words a minute.`, fix: 'Choose a pace above 0, such as 150.' });
    }
    const wordSeconds = 60 / request.pace;
    const characters = Array.from(request.text);
    const ends: number[] = [];
    let seconds = 0;
    characters.forEach((character, index) => {
      seconds += secondsOf(character, characters[index + 1], wordSeconds);
      ends.push(seconds);
    });
    const samples = new Int16Array(Math.round(seconds * SAMPLE_RATE));
    const duration = samples.length / SAMPLE_RATE;
    const bounded = ends.map((end, index) => (index === ends.length - 1 ? duration : Math.min(end, duration)));
    const starts = [0, ...bounded.slice(0, -1)].slice(0, characters.length);
    return { samples, sampleRate: SAMPLE_RATE, alignment: { characters, characterStartTimesSeconds: starts, characterEndTimesSeconds: bounded } };
  }
}
