const WRITTEN_ONLY = /^[\s\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Pd}\p{Cc}\p{Cf}.,;:!?…'"·。，、；：？！・¿¡؟،।]$/u;

/** Whether a character (one code point) has a sound of its own: spaces, brackets, dashes and sentence marks have none; `%` and `&` have. */
export const isSpokenCharacter = (character: string): boolean => !WRITTEN_ONLY.test(character);

/** A word of a text with where its sounding part stands, in code points: `from` included, `to` not. */
export interface PlacedWord {
  text: string;
  from: number;
  to: number;
}

/** Scripts that put no space between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const unspacedPieces = (token: string, language: string): string[] =>
  UNSPACED.test(token) ? Array.from(new Intl.Segmenter(language, { granularity: 'word' }).segment(token), ({ segment }) => segment) : [token];

/** The words of a text in its order, without the marks around them. What has no sound at all is no word. */
export function placedWords(text: string, language: string): PlacedWord[] {
  const words: PlacedWord[] = [];
  let position = 0;
  for (const token of text.split(/(\s+)/u)) {
    for (const piece of unspacedPieces(token, language)) {
      const characters = Array.from(piece);
      const first = characters.findIndex(isSpokenCharacter);
      const last = characters.findLastIndex(isSpokenCharacter);
      if (first >= 0) words.push({ text: characters.slice(first, last + 1).join(''), from: position + first, to: position + last + 1 });
      position += characters.length;
    }
  }
  return words;
}
