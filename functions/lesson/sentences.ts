/** Words that end with a stop and end no sentence. */
const abbreviations = /(?:^|[\s(])(?:e\.g|i\.e|cf|vs|etc|approx|resp|fig|eq|no|dr|mr|mrs|ms|prof|st|p\.ej|sr|sra|ud|uds|ee\. ?uu|z\.b|d\.h|bzw|usw|ca|p\.ex|env|\p{Lu})\.\s*$/iu;
const shortestBeat = 9;
const longestBeat = 33;

/** Start and end of each sentence of a text. Together they cover it. */
export function sentencesOf(text: string, language: string): { from: number; to: number }[] {
  const sentences: { from: number; to: number }[] = [];
  for (const { segment, index } of new Intl.Segmenter(language, { granularity: 'sentence' }).segment(text)) {
    const previous = sentences.at(-1);
    const goesOn = previous && (abbreviations.test(text.slice(previous.from, previous.to)) || !/[\p{L}\p{N}]/u.test(segment));
    if (goesOn) previous.to = index + segment.length;
    else sentences.push({ from: index, to: index + segment.length });
  }
  return sentences;
}

/** Words as a reader counts them, in scripts without spaces too. */
export function countWords(text: string, language: string): number {
  let words = 0;
  for (const { isWordLike } of new Intl.Segmenter(language, { granularity: 'word' }).segment(text)) words += isWordLike ? 1 : 0;
  return words;
}

/** How far a beat of so many sentences and words is from what a listener can take in (film.md, pace). */
function strain(sentences: number, words: number): number {
  const length = words > longestBeat ? (words - longestBeat) * 3 : Math.max(0, shortestBeat - words) * 2;
  const crowd = sentences > 2 ? (sentences - 2) * (words <= longestBeat ? 2 : 12) : 0;
  return length + crowd;
}

/** Cost of a further beat: sentences that may share one do. */
const beatCost = 3;

/**
 * Groups sentences into beats of one or two, with 9 to 33 words each, as well as they allow (least total strain).
 * Answers how many sentences each beat takes.
 */
export function groupSentences(wordCounts: number[]): number[] {
  const best: { cost: number; size: number }[] = [{ cost: 0, size: 0 }];
  for (let end = 1; end <= wordCounts.length; end += 1) {
    let words = 0;
    let choice = { cost: Infinity, size: 1 };
    for (let size = 1; size <= Math.min(end, 6); size += 1) {
      words += wordCounts[end - size] ?? 0;
      const cost = (best[end - size]?.cost ?? 0) + beatCost + strain(size, words);
      if (cost < choice.cost) choice = { cost, size };
    }
    best.push(choice);
  }
  const sizes: number[] = [];
  for (let end = wordCounts.length; end > 0; end -= sizes[0] ?? 1) sizes.unshift(best[end]?.size ?? 1);
  return sizes;
}
