import type { Fault } from '../../shared/contract/event.ts';
import type { OutlineSection, Plan, Section } from '../../shared/contract/plan.ts';
import { faultsOf, LecternError } from '../../shared/errors.ts';
import type { Flow } from '../engine/port.ts';
import type { PlannedSection, PlanStart } from '../lesson/port.ts';
import { nextSection, sectionNumbers } from './plan.ts';
import type { Show } from './live/show.ts';
import type { Ports, SectionPorts } from './ports.ts';
import { cardFlow, sectionFlow } from './section/section.ts';
import type { SectionOutcome } from './types.ts';

export interface MadeSections {
  plan: Plan;
  sections: SectionOutcome[];
  /** Identity of the speech that narrates all of them. */
  spokenBy: string;
}

/**
 * Plans the sections one after the other and makes them side by side, each as soon as it is planned. A film has one voice: where
 * speech stays down all of it is narrated by the speech that stands in, or there is no film. A section that ends every process that tries to
 * make it becomes a title card.
 */
export async function makeSections({ start, show }: { start: PlanStart; show: Show }, ports: Ports): Promise<MadeSections> {
  const written: Section[] = [];
  try {
    return await makeAll({ start, show, written, keyPrefix: SECTION }, ports);
  } catch (error) {
    const { speechInstead } = ports;
    if (speechInstead === undefined || !(error instanceof LecternError) || !SPEECH_GONE.has(error.code)) throw error;
    const message = 'The voice asked for cannot be reached: the whole film is narrated by another.';
    await ports.progress.tell({ type: 'warning', code: error.code, message });
    show.startOver();
    // The voice is named in the words of the one that is down.
    const outline = { ...start.outline };
    delete outline.voice;
    return makeAll({ start: { ...start, outline }, show, written, keyPrefix: OTHER_VOICE }, { ...ports, speech: speechInstead });
  }
}

/** It cannot be reached, or its account is used up. */
const SPEECH_GONE = new Set(['speech_down', 'speech_quota']);

/** What the flows of sections are called, and their keys begin with. */
const SECTION = 'section';
const OTHER_VOICE = 'section-in-other-voice';

/** The flows that this starts, for an engine that runs them elsewhere. */
export function sectionFlows(ports: SectionPorts & Pick<Ports, 'speechInstead'>): Flow<never, SectionOutcome>[] {
  const { speechInstead } = ports;
  const flows = (own: SectionPorts, name: string): Flow<never, SectionOutcome>[] => [sectionFlow(own, name), cardFlow(own, cardOf(name))];
  return speechInstead === undefined ? flows(ports, SECTION) : [...flows(ports, SECTION), ...flows({ ...ports, speech: speechInstead }, OTHER_VOICE)];
}

const cardOf = (name: string): string => `${name}-card`;

interface Making {
  start: PlanStart;
  show: Show;
  /** Sections that are planned already; those that follow are added. */
  written: Section[];
  keyPrefix: string;
}

async function makeAll({ start, show, written, keyPrefix }: Making, ports: Ports): Promise<MadeSections> {
  const { outline } = start;
  const flow = sectionFlow(ports, keyPrefix);
  const making: Promise<SectionOutcome>[] = [];
  const begin = <Input extends PlannedSection>(own: Flow<Input, SectionOutcome>, input: Input): Promise<SectionOutcome> => {
    const made = ports.engine.child(own, `${own.name}-${input.section}`, input);
    // It is waited for below, when all are under way: until then a failure of it waits, too.
    made.then((outcome) => show.add(outcome, input.content)).catch(() => {});
    return made;
  };
  try {
    for (const section of sectionNumbers(outline)) {
      const content = written[section - 1] ?? (await nextSection({ start, before: [...written] }, ports));
      written[section - 1] = content;
      making.push(begin(flow, { outline, section, content }));
    }
  } catch (error) {
    // What is under way is finished: it is found again when the film is made once more, and the end of the job is the end of its work.
    await Promise.allSettled(making);
    throw error;
  }
  // When everything else has ended, so that they are asked for at the same place each time that the job is gone through.
  const ended = await Promise.allSettled(making);
  const cards = cardFlow(ports, cardOf(keyPrefix));
  for (const [index, content] of written.entries()) {
    const fault = deadlyFault(ended[index]);
    if (fault !== undefined) making[index] = begin(cards, { outline, section: index + 1, content, fault });
  }
  const sections = await allOf(making);
  return { plan: { ...outline, sections: written.map((section, index) => withGoal(section, outline.sections[index])) }, sections, spokenBy: ports.speech.identity };
}

const withGoal = (section: Section, outlined: OutlineSection | undefined): Section => (outlined?.goal === undefined ? section : { ...section, goal: outlined.goal });

/** Of a section that has ended every process that tried to make it. */
function deadlyFault(ended: PromiseSettledResult<SectionOutcome> | undefined): Fault | undefined {
  const reason: unknown = ended?.status === 'rejected' ? ended.reason : undefined;
  return reason instanceof LecternError && reason.code === 'worker_killed' ? faultsOf(reason)[0] : undefined;
}

/** All of them, or the first failure once none is under way any more: what comes next must not meet them. */
export async function allOf(making: Promise<SectionOutcome>[]): Promise<SectionOutcome[]> {
  await Promise.allSettled(making);
  const sections = await Promise.all(making);
  // A film of nothing but cards because the model did not answer is none.
  const unwritten = sections.map(({ failed }) => failed?.fault).filter((fault) => fault?.code.startsWith('llm_'));
  const [fault] = unwritten;
  if (fault !== undefined && unwritten.length === sections.length) throw new LecternError(fault.code, fault);
  return sections;
}
