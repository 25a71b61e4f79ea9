import { type DataColour, dataColourSchema, outlineSchema } from '../../../shared/contract/plan.ts';
import type { FilmWishes } from '../../prompts/plan.ts';
import { areAlike, tellingOf } from './likeness.ts';
import { sectionSeconds } from './outline-wishes.ts';
import type { OutlineReply, OutlineReplySection } from './reply.ts';
import { symbolFault, symbolKey } from './symbols.ts';

/** Longer titles do not fit the corner of the picture. */
export const longestTitle = 80;
/** With fewer, a film is hard to find. */
export const fewestKeywords = 3;

/** The seconds of all sections. */
export const totalSeconds = ({ sections }: Pick<OutlineReply, 'sections'>): number => sections.reduce((sum, { seconds }) => sum + seconds, 0);

/** Whether a film of so many seconds is what was asked for. */
export const isNearLength = (seconds: number, wishes: Pick<FilmWishes, 'seconds' | 'tolerance'>): boolean => Math.abs(seconds - wishes.seconds) <= wishes.seconds * wishes.tolerance;

/** Whether this is a BCP 47 code of the form that plans have. */
export const isLanguageCode = (code: string): boolean => outlineSchema.shape.language.safeParse(code).success && isCanonical(code);

function isCanonical(code: string): boolean {
  try {
    return Intl.getCanonicalLocales(code).length === 1;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Colours that stand at more than one symbol although another is free. */
export function sharedColours({ ledger }: Pick<OutlineReply, 'ledger'>): DataColour[] {
  const counts = new Map<DataColour, number>();
  for (const { colour } of ledger) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  if (counts.size === dataColourSchema.options.length) return [];
  return [...counts].filter(([, count]) => count > 1).map(([colour]) => colour);
}

const place = (section: { title: string }, index: number): string => `Section ${index + 1} (“${section.title}”)`;

function titleFaults(outline: OutlineReply): string[] {
  const faults: string[] = [];
  if (outline.title === '') faults.push('The film has no title.');
  if (outline.title.length > longestTitle) faults.push(`The film’s title has ${outline.title.length} characters; ${longestTitle} is the most.`);
  outline.sections.forEach(({ title, goal }, index) => {
    if (title === '') faults.push(`Section ${index + 1} has no title.`);
    if (title.length > longestTitle) faults.push(`The title of section ${index + 1} has ${title.length} characters; ${longestTitle} is the most.`);
    if (!/\p{L}/u.test(goal)) faults.push(`${place({ title }, index)} has no goal: say what the viewer can see or do after it.`);
  });
  return faults;
}

function lengthFaults(outline: OutlineReply, wishes: FilmWishes): string[] {
  const faults: string[] = [];
  const { fewest, most } = wishes.sections;
  const count = outline.sections.length;
  if (count < fewest || count > most) faults.push(`There are ${count} sections; there are to be ${fewest === most ? fewest : `${fewest} to ${most}`}.`);
  const total = totalSeconds(outline);
  if (!isNearLength(total, wishes)) faults.push(`All seconds together are ${Math.round(total)}; the film is to take ${wishes.seconds}.`);
  outline.sections.forEach((section, index) => {
    const { seconds } = section;
    if (seconds >= sectionSeconds.fewest && seconds <= sectionSeconds.most) return;
    faults.push(`${place(section, index)} takes ${seconds} seconds; a section takes ${sectionSeconds.fewest} to ${sectionSeconds.most}.`);
  });
  return faults;
}

/** Pairs of sections that are about the same, as indices, the earlier one first. */
export function duplicateSections({ sections, language }: OutlineReply): [number, number][] {
  const locale = isLanguageCode(language) ? language : 'en';
  const telling = tellingOf(sections, locale);
  return telling.flatMap((section, later) => {
    const earlier = telling.findIndex((other, index) => index === later || areAlike(other, section));
    return earlier === later ? [] : [[earlier, later] as [number, number]];
  });
}

const duplicateFaults = (outline: OutlineReply): string[] =>
  duplicateSections(outline).map(([earlier, later]) => `Sections ${earlier + 1} and ${later + 1} are about the same. Make one of them, or give each an idea and a title of its own.`);

function ledgerFaults(outline: OutlineReply): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const { symbol, meaning } of outline.ledger) {
    const fault = symbolFault(symbol);
    if (fault !== undefined) faults.push(`The ledger’s symbol “${symbol}” ${fault}.`);
    if (meaning === '') faults.push(`The ledger does not say what “${symbol}” means.`);
    if (seen.has(symbolKey(symbol))) faults.push(`The symbol “${symbol}” stands in the ledger twice: one symbol has one meaning and one colour.`);
    seen.add(symbolKey(symbol));
  }
  for (const colour of sharedColours(outline)) faults.push(`Two symbols of the ledger are ${colour} although a colour is free: each of the first five has its own.`);
  const unused = outline.ledger.filter(({ symbol }) => !outline.sections.some(({ introduces }) => introduces.some((own) => symbolKey(own) === symbolKey(symbol))));
  for (const { symbol } of unused) faults.push(`No section introduces the symbol “${symbol}” of the ledger.`);
  return faults;
}

function symbolUseFaults({ ledger, sections }: OutlineReply): string[] {
  const listed = new Set(ledger.map(({ symbol }) => symbolKey(symbol)));
  const known = new Set<string>();
  const faultsOf = (section: OutlineReplySection, index: number): string[] => {
    const strangers = [...section.introduces, ...section.uses].filter((symbol) => !listed.has(symbolKey(symbol)));
    for (const symbol of section.introduces) known.add(symbolKey(symbol));
    const early = section.uses.filter((symbol) => listed.has(symbolKey(symbol)) && !known.has(symbolKey(symbol)));
    return [
      ...strangers.map((symbol) => `${place(section, index)} names “${symbol}”, which is not in the ledger.`),
      ...early.map((symbol) => `${place(section, index)} uses “${symbol}” before any section has introduced it.`),
    ];
  };
  return sections.flatMap(faultsOf);
}

/** Everything that would make a bad film of a tidied outline, told so that its author can mend it. Keywords alone can be found without asking. */
export function outlineFaults(outline: OutlineReply, wishes: FilmWishes): string[] {
  if (outline.sections.length === 0) return ['There are no sections.'];
  const language = isLanguageCode(outline.language) ? [] : [`“${outline.language}” is no BCP 47 code of a language: write en, es, de, fr or another.`];
  const faults = [...titleFaults(outline), ...language, ...lengthFaults(outline, wishes), ...duplicateFaults(outline), ...ledgerFaults(outline), ...symbolUseFaults(outline)];
  return faults.length > 0 && outline.keywords.length < fewestKeywords ? [...faults, `There are ${outline.keywords.length} keywords; there are to be 3 to 8.`] : faults;
}
