/** Words this short join others and say nothing of what a section is about. */
const shortestTelling = 4;
const near = 0.6;
const fewestWords = 3;

/** A title as people compare them: without case, marks and accents. */
export const comparedTitle = (title: string): string => title.normalize('NFKD').replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim().toLowerCase();

function tellingWords(text: string, language: string): Set<string> {
  const words = new Set<string>();
  for (const { segment, isWordLike } of new Intl.Segmenter(language, { granularity: 'word' }).segment(text.toLowerCase())) {
    const isIdeographic = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(segment);
    if (isWordLike && (isIdeographic || segment.length >= shortestTelling)) words.add(segment.replace(/(?<=\p{L}{3})s$/u, ''));
  }
  return words;
}

/** Whether two sections are about the same: one title, or mostly the same words (Jaccard index) in title and goal. */
export function areAlike(one: { title: string; goal: string }, other: { title: string; goal: string }, language: string): boolean {
  if (comparedTitle(one.title) === comparedTitle(other.title)) return true;
  const [first, second] = [one, other].map(({ title, goal }) => tellingWords(`${title} ${goal}`, language));
  if (!first || !second || Math.min(first.size, second.size) < fewestWords) return false;
  const shared = [...first].filter((word) => second.has(word)).length;
  return shared / (first.size + second.size - shared) >= near;
}
