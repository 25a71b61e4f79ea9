import type { Asked } from '../llm-wire/script.ts';
import type { Fixture } from './fixtures.ts';

export type AskedKind = 'outline' | 'outline-repair' | 'sections' | 'section-repair' | 'scene' | 'scene-mend';

/** What a conversation wants, told by its tags. */
export interface Recognised {
  kind: AskedKind;
  slug: string;
  section?: number;
  text: string;
}

/** The text between the tags; prompts keep text from closing them by an invisible space, and JSON by a backslash. */
function between(text: string, tag: string): string | undefined {
  const found = new RegExp(`<${tag}(?: [^>]*)?>([\\s\\S]*?)</${tag}>`).exec(text)?.[1];
  return found?.replaceAll('<\u200b/', '</').trim();
}

const has = (text: string, ...tags: string[]): boolean => tags.some((tag) => between(text, tag) !== undefined);

function sectionNumber(text: string): number | undefined {
  const found = /<section number="(\d+)"/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

type Wanted = Omit<Recognised, 'slug' | 'text'>;

function wanted(all: string, last: string): Wanted | undefined {
  const section = sectionNumber(all);
  if (has(all, 'topic-title')) {
    if (section === undefined) return undefined;
    return { kind: has(last, 'error', 'picture-faults') ? 'scene-mend' : 'scene', section };
  }
  if (!has(all, 'topic')) return undefined;
  const isRepair = has(last, 'faults');
  if (!has(all, 'outline')) return { kind: isRepair ? 'outline-repair' : 'outline' };
  return isRepair && section !== undefined ? { kind: 'section-repair', section } : { kind: 'sections' };
}

/** What the body of a request asks for, by the tags of its messages; `goesOn` where a broken plan is to be continued. */
export function questionOf({ messages }: { messages: { role: string; content: unknown }[] }): (Wanted & { goesOn: boolean }) | undefined {
  const told = messages.filter(({ role }) => role === 'user').map(({ content }) => textOf(content));
  const all = told.join('\n\n');
  const want = wanted(all, told.at(-1) ?? '');
  return want && { ...want, goesOn: has(all, 'written') };
}

const textOf = (content: unknown): string =>
  typeof content === 'string' ? content : (content as { text?: string }[]).map(({ text }) => text ?? '').join('\n');

const sectionsIn = (text: string): unknown[] => (JSON.parse(text) as { sections: unknown[] }).sections;

/** The sections that are not written yet: all of them, in the bytes of the file, where none is. */
function sectionsAfter(text: string | undefined, all: string): string | undefined {
  const written = between(all, 'written');
  if (text === undefined || written === undefined) return text;
  return JSON.stringify({ sections: sectionsIn(text).slice((JSON.parse(written) as unknown[]).length) });
}

/** Where nothing was mended, the model sees no more than it saw before. */
function sameSection(text: string | undefined, section: number): string | undefined {
  const kept = text === undefined ? undefined : sectionsIn(text)[section - 1];
  return kept === undefined ? undefined : JSON.stringify({ sections: [kept] });
}

function reply({ read }: Fixture, { kind, section = 0 }: Wanted, all: string): string | undefined {
  switch (kind) {
    case 'outline':
      return read('outline.json');
    case 'outline-repair':
      return read('outline.repaired.json') ?? read('outline.json');
    case 'sections':
      return sectionsAfter(read('sections.json'), all);
    case 'section-repair':
      return read(`section-${section}.plan.repaired.json`) ?? sameSection(read('sections.json'), section);
    case 'scene':
      return read(`section-${section}.md`);
    case 'scene-mend':
      return read(`section-${section}.repaired.md`) ?? read(`section-${section}.md`);
  }
}

const same = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();

/** The reply to a conversation, or why there is none. */
export function recognise({ messages }: Asked, fixtures: Fixture[]): Recognised | { notFound: string } {
  const told = messages.filter(({ role }) => role === 'user').map(({ text }) => text);
  const all = told.join('\n\n');
  const want = wanted(all, told.at(-1) ?? '');
  if (!want) return { notFound: 'No tag of a question is in the messages: neither <topic> nor <topic-title> with <section number="…">.' };
  const topic = between(all, 'topic');
  const title = between(all, 'topic-title');
  const fixture = fixtures.find((one) => (title !== undefined ? one.titles.some((known) => same(known, title)) : same(one.topic, topic ?? '')));
  if (!fixture) return { notFound: `There is no fixture for ${title === undefined ? `the topic "${topic}"` : `a film titled "${title}"`}.` };
  const text = reply(fixture, want, all);
  if (text === undefined) return { notFound: `The fixture ${fixture.slug} has no reply for ${want.kind}${want.section ? ` of section ${want.section}` : ''}.` };
  return { ...want, slug: fixture.slug, text };
}
