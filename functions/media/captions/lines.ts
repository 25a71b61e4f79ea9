import type { CaptionLimits } from './limits.ts';
import type { CaptionWord } from './shown-words.ts';

const SENTENCE_END = /[.!?…。！？][\p{Pe}\p{Pf}"'”’]*$/u;
const CLAUSE_END = /[,;:，、；：—–][\p{Pe}\p{Pf}"'”’]*$/u;

export const endsSentence = (word: CaptionWord): boolean => SENTENCE_END.test(word.text);
export const endsClause = (word: CaptionWord): boolean => CLAUSE_END.test(word.text);

export const isFunctionWord = (word: CaptionWord, limits: CaptionLimits): boolean =>
  limits.functionWords.has(word.text.toLowerCase().replace(/^[\p{P}]+/u, ''));

/** Words as one line. */
export const lineOf = (words: CaptionWord[]): string => words.map(({ text, spaced }, index) => (spaced && index > 0 ? ` ${text}` : text)).join('');

/** How many characters a reader meets: a line break counts as the space that it stands for. */
export const lengthOf = (lines: string[]): number => lines.join(' ').length;

function breakCost(top: CaptionWord[], lines: [string, string], limits: CaptionLimits): number {
  const last = top.at(-1) as CaptionWord;
  const uneven = Math.abs(lines[0].length - lines[1].length) / 2 + (lines[0].length > lines[1].length ? 2 : 0);
  return uneven - (endsSentence(last) || endsClause(last) ? 10 : 0) + (isFunctionWord(last, limits) ? 8 : 0);
}

/** The lines of a caption, broken where the sense allows and the lines come out even; undefined where the words do not fit. */
export function breakLines(words: CaptionWord[], limits: CaptionLimits): string[] | undefined {
  const whole = lineOf(words);
  if (whole.length <= limits.charactersPerLine) return [whole];
  if (whole.length > limits.charactersPerLine * limits.lines + 1) return undefined;
  let best: { lines: string[]; cost: number } | undefined;
  for (let at = 1; at < words.length; at += 1) {
    const top = words.slice(0, at);
    const lines: [string, string] = [lineOf(top), lineOf(words.slice(at))];
    if (lines.some((line) => line.length > limits.charactersPerLine)) continue;
    const cost = breakCost(top, lines, limits);
    if (best === undefined || cost < best.cost) best = { lines, cost };
  }
  return best?.lines;
}
