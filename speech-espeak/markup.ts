/** A text as espeak-ng may read it, and for each of its code points the one of the source that it came from. */
export interface PlainText {
  text: string;
  /** 0-based code points of the source, one for each code point of `text`. */
  sourcePositions: number[];
}

/** Control characters (a NUL would end the C string), lone surrogates and breaks. */
const BECOMES_SPACE = /^[\p{Cc}\p{Cs}\p{Zl}\p{Zp}<>]$/u;

/**
 * Takes the markup out of a text. espeak-ng always reads SSML, so that `x<y` would swallow all that follows, and
 * takes `[[…]]` for phonemes: those become spaces. An ampersand is escaped, since it is a word in most languages.
 */
export function withoutMarkup(source: string): PlainText {
  const characters = Array.from(source);
  const parts: string[] = [];
  const sourcePositions: number[] = [];
  characters.forEach((character, position) => {
    const doubled = (bracket: string): boolean => character === bracket && (characters[position - 1] === bracket || characters[position + 1] === bracket);
    const spoken = BECOMES_SPACE.test(character) || doubled('[') || doubled(']') ? ' ' : character === '&' ? '&amp;' : character;
    parts.push(spoken);
    sourcePositions.push(...Array.from(spoken, () => position));
  });
  return { text: parts.join(''), sourcePositions };
}
