import type { CostHistory } from '../../shared/contract/cost.ts';

const FRESH_MS = 60_000;

/** Asks for the history again only after a while: averages move slowly, and everybody who asks for a film asks for them. */
export function recentHistory(read: () => Promise<CostHistory>, now: () => Date): () => Promise<CostHistory> {
  let asked: { at: number; answer: Promise<CostHistory> } | undefined;
  return () => {
    const at = now().getTime();
    if (asked !== undefined && at - asked.at < FRESH_MS) return asked.answer;
    const answer = read().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    asked = { at, answer };
    return answer;
  };
}
