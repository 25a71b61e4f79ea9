import type { Beat, Span } from '../../shared/contract/plan.ts';
import type { Atom } from './atoms.ts';
import { richText } from './visuals/rich-text.ts';
import { countWords, groupSentences, sentencesOf } from './sentences.ts';

const pauseBetweenBeats = 0.5;

/** What stands in for a piece that is spoken otherwise while sentences are sought: its own dots must not end one. */
const mask = (atom: Atom): string => (atom.spoken === undefined ? atom.text : 'X'.repeat(atom.text.length));

interface Piece extends Atom {
  from: number;
}

/** The part of each piece that lies in a stretch of the paragraph. */
function cut(pieces: Piece[], stretch: { from: number; to: number }): Piece[] {
  return pieces.flatMap((piece) => {
    const from = Math.max(stretch.from - piece.from, 0);
    const to = Math.min(stretch.to - piece.from, piece.text.length);
    if (from >= to) return [];
    const whole = from === 0 && to === piece.text.length;
    const text = piece.text.slice(from, to);
    return [whole ? piece : { ...piece, text, rich: richText([{ type: 'text', value: text }]) }];
  });
}

/** Pieces as spans: what is shown as it is spoken becomes one, and the whole neither starts nor ends with a space. */
export function spansOf(pieces: Pick<Atom, 'text' | 'spoken'>[]): Span[] {
  const spans: Span[] = [];
  for (const { text, spoken } of pieces) {
    const last = spans.at(-1);
    if (spoken !== undefined && spoken !== text) spans.push({ text, spoken });
    else if (last && last.spoken === undefined) last.text += text;
    else spans.push({ text });
  }
  const [first] = spans;
  const last = spans.at(-1);
  if (first) first.text = first.text.trimStart();
  if (last) last.text = last.text.trimEnd();
  for (const span of spans) span.text = span.text.replaceAll(/\s+/g, ' ');
  return spans.filter((span) => span.text !== '');
}

/** What is bold, stretch by stretch, as rich text without the stop at its end. */
export function keyPhrasesOf(pieces: Pick<Atom, 'bold' | 'rich'>[]): string[] {
  const stretches = new Map<number, string>();
  for (const { bold, rich } of pieces) if (bold !== undefined) stretches.set(bold, (stretches.get(bold) ?? '') + rich);
  return [...stretches.values()].map((phrase) => phrase.replaceAll(/\s+/g, ' ').trim().replace(/[.,;:]$/, '')).filter((phrase) => phrase !== '');
}

/** A paragraph's pieces as beats of one or two sentences. Empty where nothing in it can be spoken. */
export function beatsOf(atoms: Atom[], language: string): Beat[] {
  let length = 0;
  const pieces = atoms.map((atom) => {
    const piece = { ...atom, from: length };
    length += atom.text.length;
    return piece;
  });
  const masked = pieces.map(mask).join('');
  if (!/[\p{L}\p{N}]/u.test(masked)) return [];
  const sentences = sentencesOf(masked, language);
  const spokenWords = ({ from, to }: { from: number; to: number }): number =>
    countWords(cut(pieces, { from, to }).map((piece) => piece.spoken ?? piece.text).join(''), language);
  let next = 0;
  return groupSentences(sentences.map(spokenWords)).map((size) => {
    const group = sentences.slice(next, (next += size));
    const own = cut(pieces, { from: group[0]?.from ?? 0, to: group.at(-1)?.to ?? length });
    const lines = own.filter((piece) => piece.text.trim() !== '').map((piece) => piece.firstLine);
    return {
      narration: spansOf(own),
      keyPhrases: keyPhrasesOf(own),
      visuals: [],
      pauseSeconds: pauseBetweenBeats,
      source: { firstLine: Math.min(...lines), lastLine: Math.max(...lines) },
    };
  });
}
