/** Cuts behind a space where there is one. */
function cutLong(sentence: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > most) {
    const space = rest.lastIndexOf(' ', most - 1);
    // Half of a character outside the first plane is none.
    const isHalved = /[\uD800-\uDBFF]/.test(rest[most - 1] as string);
    const end = space > 0 ? space + 1 : isHalved ? most - 1 : most;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pieces, rest];
}

/** The text in as few pieces of at most so many characters as its sentences allow. Put together they are the text. */
export function chunksOf(text: string, { language, most }: { language: string; most: number }): string[] {
  const sentences = Array.from(new Intl.Segmenter(language, { granularity: 'sentence' }).segment(text), ({ segment }) => segment);
  const chunks: string[] = [];
  for (const piece of sentences.flatMap((sentence) => cutLong(sentence, most))) {
    const last = chunks.at(-1);
    if (last !== undefined && last.length + piece.length <= most) chunks[chunks.length - 1] = last + piece;
    else chunks.push(piece);
  }
  return chunks;
}
