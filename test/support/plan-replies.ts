import { topicPlanner } from '../../functions/author/planner.ts';
import type { TopicPlannerParts } from '../../functions/author/plan/parts.ts';
import type { OutlineReply, SectionReply } from '../../functions/author/plan/reply.ts';
import type { Planner } from '../../functions/lesson/port.ts';
import type { Flavor } from '../../shared/contract/flavor.ts';
import type { Outline, Section } from '../../shared/contract/plan.ts';
import { type ScriptedAsk, scriptedAsk, type ScriptedReply } from './scripted-ask.ts';

/** A flavor with nothing in it but what the planner reads. */
export const planFlavor: Flavor = {
  name: 'default',
  plan: { outline: 'Plan films.', sections: 'Write films.' },
  scene: { scene: 'Draw films.', examples: [] },
  repair: { outline: 'This outline does not hold.', section: 'This section does not hold.', scene: 'It fails.', picture: 'It is ugly.' },
  parameters: {
    models: { plan: 'large', scene: 'large', repair: 'small' },
    seconds: 120,
    sections: { fewest: 2, most: 4 },
    quality: 'standard',
    theme: 'dark',
    picture_faults: 1,
    output_tokens: { outline: 4000, sections: 12000, scene: 8000, repair: 3000 },
  },
};

/** An outline without a fault, with changes. */
export const outlineReply = (changes: Partial<OutlineReply> = {}): OutlineReply => ({
  title: 'Why the harmonic series has no end',
  language: 'en',
  keywords: ['harmonic series', 'divergence', 'infinite sum'],
  ledger: [
    { symbol: 'n', colour: 'blue', meaning: 'how many terms there are' },
    { symbol: 'H_n', colour: 'orange', meaning: 'the sum of the first n terms' },
  ],
  sections: [
    { title: 'Ever thinner blocks', goal: 'wonders whether a tower of ever thinner blocks grows past every height', seconds: 35, introduces: ['n'], uses: [] },
    { title: 'Groups of one half', goal: 'can pack the terms into groups that reach at least one half each', seconds: 50, introduces: ['H_n'], uses: ['n'] },
    { title: 'Slow and endless', goal: 'sees how slowly the sum climbs, and that nothing stops it', seconds: 40, introduces: [], uses: ['n', 'H_n'] },
  ],
  ...changes,
});

const sentence = 'Take the third and the fourth term together, and look at how long they are beside the others.';

/** A section without a fault: five beats of 18 words, about 38 seconds. */
export const sectionReply = (title: string, changes: Partial<SectionReply> = {}): SectionReply => ({
  title,
  beats: Array.from({ length: 5 }, (_, index) => ({
    narration: sentence,
    picture: `Bar ${index + 1} slides in from the right and stops beside the last one.`,
    keyPhrases: ['fourth term'],
    pauseSeconds: 0.5,
  })),
  ...changes,
});

/** The section with one beat of it replaced. */
export const withBeat = (section: SectionReply, index: number, beat: Partial<SectionReply['beats'][number]>): SectionReply => ({
  ...section,
  beats: section.beats.map((one, place) => (place === index ? { ...one, ...beat } : one)),
});

export const sectionsOfOutline = (outline: OutlineReply = outlineReply()): SectionReply[] => outline.sections.map(({ title }) => sectionReply(title));

const never = new AbortController().signal;

/** A reply that is found: all of it at once. */
export const whole = (value: unknown): ScriptedReply => ({ text: JSON.stringify(value) });

/** A text in pieces as they come over a wire. */
export const piecesOf = (text: string): string[] => text.match(/[\s\S]{1,50}/g) ?? [];

/** A reply that comes piece by piece. */
export const streamed = (sections: SectionReply[]): ScriptedReply => ({ ...whole({ sections }), pieces: piecesOf(JSON.stringify({ sections })) });

/** A planner of one topic over a scripted model. */
export const plannerOf = (script: ScriptedAsk, changes: Partial<TopicPlannerParts> = {}): Planner =>
  topicPlanner({ ask: script.ask, flavor: planFlavor, topic: 'why the harmonic series diverges', wishes: {}, ...changes });

/** The outline that is planned from the reply without a fault. */
export const plannedOutline = async (): Promise<Outline> => (await plannerOf(scriptedAsk([whole(outlineReply())])).start(never)).outline;

/** All sections that come after those given, asked for one after the other. */
export async function remaining(planner: Planner, outline: Outline, before: Section[] = []): Promise<Section[]> {
  const written = [...before];
  while (written.length < outline.sections.length) written.push(await planner.next({ outline, before: [...written] }, never));
  return written;
}
