/** Words this short join others and say nothing of what a section is about. */
const shortestTelling = 4;
const near = 0.6;
const fewestWords = 3;

/** A title as people compare them: without case, marks and accents. */
export const comparedTitle = (title: string): string => title.normalize('NFKD').replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim().toLowerCase();

function tellingWords(text: string, segmenter: Intl.Segmenter): Set<string> {
  const words = new Set<string>();
  for (const { segment, isWordLike } of segmenter.segment(text.toLowerCase())) {
    const isIdeographic = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(segment);
    if (isWordLike && (isIdeographic || segment.length >= shortestTelling)) words.add(segment.replace(/(?<=\p{L}{3})s$/u, ''));
  }
  return words;
}

/** What of a section is compared with others. */
export interface Telling {
  title: string;
  words: Set<string>;
}

/** Sections as they are compared: each is read once, with however many others it is compared then. */
export function tellingOf(sections: { title: string; goal: string }[], language: string): Telling[] {
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
  return sections.map(({ title, goal }) => ({ title: comparedTitle(title), words: tellingWords(`${title} ${goal}`, segmenter) }));
}

/** Whether two sections are about the same: one title, or mostly the same words (Jaccard index) in title and goal. */
export function areAlike(one: Telling, other: Telling): boolean {
  if (one.title === other.title) return true;
  const [few, many] = one.words.size < other.words.size ? [one.words, other.words] : [other.words, one.words];
  // Even if all of the fewer words were among the others.
  if (few.size < fewestWords || few.size / many.size < near) return false;
  let shared = 0;
  for (const word of few) if (many.has(word)) shared += 1;
  return shared / (few.size + many.size - shared) >= near;
}
