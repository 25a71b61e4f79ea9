import type { Span } from '../../../shared/contract/plan.ts';
import { isSpokenCharacter } from '../../../shared/spoken-characters.ts';
import type { CharacterTimes } from '../narration/speech-audio.ts';

/** A word as captions show it, with its marks, and when it is spoken. */
export interface CaptionWord {
  text: string;
  /** Whether a space stands before it when it does not begin a line. */
  spaced: boolean;
  startSeconds: number;
  endSeconds: number;
}

interface ShownCharacter {
  text: string;
  startSeconds: number;
  endSeconds: number;
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const OPENING = /^[\p{Ps}\p{Pi}¿¡]+$/u;

/** Times of the characters that a span shows; where it says other words than it shows, they are spread evenly over what is said. */
function shownCharacters(span: Span, times: CharacterTimes, range: { from: number; to: number }): ShownCharacter[] {
  const shown = Array.from(span.text);
  const last = times.characters.length - 1;
  const startOf = (index: number): number => times.characterStartTimesSeconds[Math.max(0, Math.min(last, index))] ?? 0;
  const endOf = (index: number): number => times.characterEndTimesSeconds[Math.max(0, Math.min(last, index))] ?? 0;
  if (span.spoken === undefined || span.spoken === span.text) {
    return shown.map((text, index) => ({ text, startSeconds: startOf(range.from + index), endSeconds: endOf(range.from + index) }));
  }
  const spoken = Array.from(span.spoken);
  const first = Math.max(0, spoken.findIndex(isSpokenCharacter));
  const start = startOf(range.from + first);
  const end = Math.max(start, endOf(range.from + Math.max(first, spoken.findLastIndex(isSpokenCharacter))));
  const along = (index: number): number => start + (index / shown.length) * (end - start);
  return shown.map((text, index) => ({ text, startSeconds: along(index), endSeconds: along(index + 1) }));
}

/** Splits what stands between two spaces where a line may end in a script without spaces; marks stay with their word. */
function pieces(token: string, language: string): string[] {
  if (!UNSPACED.test(token)) return [token];
  const segments = Array.from(new Intl.Segmenter(language, { granularity: 'word' }).segment(token), ({ segment }) => segment);
  const joined: string[] = [];
  for (const segment of segments) {
    const previous = joined.at(-1);
    const belongs = previous !== undefined && (!Array.from(segment).some(isSpokenCharacter) ? !OPENING.test(segment) : OPENING.test(previous));
    if (belongs) joined[joined.length - 1] = previous + segment;
    else joined.push(segment);
  }
  return joined;
}

/** A word too long for a line, in parts that each fit. */
function fitting(word: string, longest: number): string[] {
  if (word.length <= longest) return [word];
  const parts = [''];
  for (const character of word) {
    if ((parts.at(-1) as string).length + character.length > longest) parts.push('');
    parts[parts.length - 1] += character;
  }
  return parts;
}

function wordOf(characters: ShownCharacter[], spaced: boolean): CaptionWord {
  const sounding = characters.filter(({ text }) => isSpokenCharacter(text));
  const timed = sounding.length > 0 ? sounding : characters;
  return {
    text: characters.map(({ text }) => text).join(''),
    spaced,
    startSeconds: (timed[0] as ShownCharacter).startSeconds,
    endSeconds: (timed.at(-1) as ShownCharacter).endSeconds,
  };
}

/**
 * The words that captions show of one beat. `times` are those of the beat's spoken text (the spans' spoken words, joined and trimmed).
 */
export function shownWords(narration: Span[], times: CharacterTimes, setting: { language: string; charactersPerLine: number }): CaptionWord[] {
  const spokenWhole = narration.map((span) => span.spoken ?? span.text).join('');
  let from = -(Array.from(spokenWhole).length - Array.from(spokenWhole.trimStart()).length);
  const characters = narration.flatMap((span) => {
    const to = from + Array.from(span.spoken ?? span.text).length;
    const shown = shownCharacters(span, times, { from, to });
    from = to;
    return shown;
  });
  const words: CaptionWord[] = [];
  let place = 0;
  for (const token of characters.map(({ text }) => text).join('').split(/([\s\p{Cc}]+)/u)) {
    const parts = /^[\s\p{Cc}]*$/u.test(token) ? [] : pieces(token, setting.language).flatMap((piece) => fitting(piece, setting.charactersPerLine));
    let within = place;
    parts.forEach((part, index) => {
      const length = Array.from(part).length;
      words.push(wordOf(characters.slice(within, within + length), index === 0));
      within += length;
    });
    place += Array.from(token).length;
  }
  return words;
}
