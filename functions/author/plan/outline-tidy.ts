import type { OutlineReply, OutlineReplySection } from './reply.ts';
import { bareSymbol, symbolKey } from './symbols.ts';

const mostKeywords = 8;

const line = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Drops what was there before, by the key. */
function once<T>(items: T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    return !seen.has(key) && seen.add(key);
  });
}

/** Symbols of one list, spelt as in the ledger where they stand there. */
const spelt = (symbols: string[], ledger: ReadonlyMap<string, string>): string[] =>
  once(symbols.map(bareSymbol).filter((symbol) => symbol !== '').map((symbol) => ledger.get(symbolKey(symbol)) ?? symbol), symbolKey);

/** What was introduced once is used from then on. */
function introduceOnce(sections: OutlineReplySection[]): OutlineReplySection[] {
  const known = new Set<string>();
  return sections.map((section) => {
    const introduces = section.introduces.filter((symbol) => !known.has(symbolKey(symbol)));
    const uses = once([...section.introduces.filter((symbol) => known.has(symbolKey(symbol))), ...section.uses], symbolKey);
    for (const symbol of introduces) known.add(symbolKey(symbol));
    return { ...section, introduces, uses: uses.filter((symbol) => !introduces.some((own) => symbolKey(own) === symbolKey(symbol))) };
  });
}

/** An outline whose small slips of form are put right where only one thing can have been meant. */
export function tidyOutline(reply: OutlineReply): OutlineReply {
  const ledger = reply.ledger.map((entry) => ({ ...entry, symbol: bareSymbol(entry.symbol), meaning: line(entry.meaning) }));
  // Where a symbol stands twice, which of the two is meant is for its author to say.
  const spelling = new Map(ledger.toReversed().map(({ symbol }) => [symbolKey(symbol), symbol]));
  return {
    title: line(reply.title).replace(/(?<=[^.])\.$/, ''),
    language: line(reply.language).replaceAll('_', '-'),
    keywords: once(reply.keywords.map(line).filter((word) => word !== ''), (word) => word.toLowerCase()).slice(0, mostKeywords),
    ledger: once(ledger, (entry) => JSON.stringify(entry)),
    sections: introduceOnce(reply.sections.map((section) => ({
      ...section,
      title: line(section.title).replace(/^(?:\d+[.):]|section \d+:)\s+/i, ''),
      goal: line(section.goal),
      introduces: spelt(section.introduces, spelling),
      uses: spelt(section.uses, spelling),
    }))),
  };
}
