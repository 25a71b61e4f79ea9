import { dataColourSchema } from '../../../shared/contract/plan.ts';
import type { FilmWishes } from '../../prompts/plan.ts';
import { comparedTitle } from './likeness.ts';
import { duplicateSections, fewestKeywords, isLanguageCode, isNearLength, longestTitle, outlineFaults, sharedColours, totalSeconds } from './outline-check.ts';
import { tidyOutline } from './outline-tidy.ts';
import { sectionSeconds } from './outline-wishes.ts';
import type { OutlineReply } from './reply.ts';
import { symbolFault, symbolKey } from './symbols.ts';
import { unusable } from './unusable.ts';

const shortened = (title: string): string => (title.length <= longestTitle ? title : `${title.slice(0, longestTitle - 1).replace(/\s+\S*$/, '')}…`);

/** Keywords from the titles, which name what the film is about, where there are too few. */
export function withKeywords(outline: OutlineReply): OutlineReply {
  const { keywords, sections, title } = outline;
  if (keywords.length >= fewestKeywords) return outline;
  const found = new Map(keywords.map((word) => [comparedTitle(word), word]));
  const stretches = [title, ...sections.map((section) => section.title)].flatMap((one) => one.split(/[:;,.?!–—]/)).map((one) => one.trim());
  for (const stretch of stretches) {
    if (found.size < fewestKeywords && stretch !== '' && !found.has(comparedTitle(stretch))) found.set(comparedTitle(stretch), stretch);
  }
  return { ...outline, keywords: [...found.values()] };
}

/** Only symbols that can be set and are named by some section, each once. */
function mendLedger(outline: OutlineReply): OutlineReply {
  const named = new Set(outline.sections.flatMap(({ introduces, uses }) => [...introduces, ...uses].map(symbolKey)));
  const seen = new Set<string>();
  const ledger = outline.ledger.filter(({ symbol, meaning }) => {
    const isFirst = !seen.has(symbolKey(symbol));
    seen.add(symbolKey(symbol));
    return isFirst && meaning !== '' && symbolFault(symbol) === undefined && named.has(symbolKey(symbol));
  });
  const used = new Set(ledger.map(({ colour }) => colour));
  const free = dataColourSchema.options.filter((colour) => !used.has(colour));
  const taken = new Set<string>();
  const coloured = ledger.map((entry) => {
    const colour = taken.has(entry.colour) && sharedColours({ ledger }).length > 0 ? (free.shift() ?? entry.colour) : entry.colour;
    taken.add(colour);
    return { ...entry, colour };
  });
  return { ...outline, ledger: coloured };
}

/** The first section that uses a symbol introduces it. */
function mendSymbolUse(outline: OutlineReply): OutlineReply {
  const listed = new Set(outline.ledger.map(({ symbol }) => symbolKey(symbol)));
  const known = new Set<string>();
  const sections = outline.sections.map((section) => {
    const named = [...section.introduces, ...section.uses].filter((symbol) => listed.has(symbolKey(symbol)));
    const introduces = named.filter((symbol) => !known.has(symbolKey(symbol)));
    const uses = named.filter((symbol) => known.has(symbolKey(symbol)));
    for (const symbol of introduces) known.add(symbolKey(symbol));
    return { ...section, introduces, uses };
  });
  return { ...outline, sections };
}

const clamped = (seconds: number): number => Math.min(sectionSeconds.most, Math.max(sectionSeconds.fewest, Math.round(seconds)));

/** Each section keeps its share of the film. */
function mendSeconds(outline: OutlineReply, wishes: FilmWishes): OutlineReply {
  const within = outline.sections.map((section) => ({ ...section, seconds: clamped(section.seconds) }));
  const total = totalSeconds({ sections: within });
  if (isNearLength(total, wishes)) return { ...outline, sections: within };
  return { ...outline, sections: within.map((section) => ({ ...section, seconds: clamped((section.seconds * wishes.seconds) / total) })) };
}

function withoutDuplicates(outline: OutlineReply, fewest: number): OutlineReply {
  const later = new Set(duplicateSections(outline).map(([, index]) => index));
  if (outline.sections.length - later.size < fewest) return outline;
  return { ...outline, sections: outline.sections.filter((_, index) => !later.has(index)) };
}

/** What no code can put right without inventing. Sections that are merely alike were meant so twice, and stay; a title twice cannot. */
function graveFault(outline: OutlineReply, wishes: FilmWishes): string | undefined {
  const { sections } = outline;
  const { fewest, most } = wishes.sections;
  if (sections.length < fewest || sections.length > most) return `it has ${sections.length} sections, and ${fewest === most ? fewest : `${fewest} to ${most}`} were asked for.`;
  if (!isLanguageCode(outline.language)) return 'it names no language that there is.';
  if (outline.title === '' || sections.some(({ title }) => title === '')) return 'the film or one of its sections has no title.';
  if (new Set(sections.map(({ title }) => comparedTitle(title))).size < sections.length) return 'two of its sections have the same title.';
  if (!isNearLength(totalSeconds(outline), wishes)) return `its sections take ${totalSeconds(outline)} seconds, and ${wishes.seconds} were asked for.`;
  return undefined;
}

/**
 * An outline that was corrected, with what is still wrong put right where that takes nothing out of the air.
 * @throws LecternError `plan_unusable`
 */
export function mendOutline(outline: OutlineReply, wishes: FilmWishes): OutlineReply {
  if (outlineFaults(outline, wishes).length === 0) return withKeywords(outline);
  const fewer = withoutDuplicates(outline, wishes.sections.fewest);
  const titled = { ...fewer, title: shortened(fewer.title), sections: fewer.sections.map((section) => ({ ...section, title: shortened(section.title) })) };
  const mended = mendSeconds(mendSymbolUse(mendLedger(titled)), wishes);
  const grave = graveFault(mended, wishes);
  if (grave !== undefined) throw unusable(grave);
  return withKeywords(tidyOutline(mended));
}
