import type { Plan, Section } from '../../shared/contract/plan.ts';
import { LecternError } from '../../shared/errors.ts';
import type { Flow } from '../engine/port.ts';
import type { PlannedSection, PlanStart } from '../lesson/port.ts';
import { nextSection, sectionNumbers } from './plan.ts';
import type { Show } from './live/show.ts';
import type { Ports, SectionPorts } from './ports.ts';
import { sectionFlow } from './section/section.ts';
import type { SectionOutcome } from './types.ts';

export interface MadeSections {
  plan: Plan;
  sections: SectionOutcome[];
  /** Identity of the speech that narrates all of them. */
  spokenBy: string;
}

/**
 * Plans the sections one after the other and makes them side by side, each as soon as it is planned. A film has one voice: where
 * speech stays down all of it is narrated by the speech that stands in, or there is no film.
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
export function sectionFlows(ports: SectionPorts & Pick<Ports, 'speechInstead'>): Flow<PlannedSection, SectionOutcome>[] {
  const { speechInstead } = ports;
  const usual = sectionFlow(ports, SECTION);
  return speechInstead === undefined ? [usual] : [usual, sectionFlow({ ...ports, speech: speechInstead }, OTHER_VOICE)];
}

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
  try {
    for (const section of sectionNumbers(outline)) {
      const content = written[section - 1] ?? (await nextSection({ start, before: [...written] }, ports));
      written[section - 1] = content;
      const made = ports.engine.child(flow, `${keyPrefix}-${section}`, { outline, section, content });
      // It is waited for below, when all are under way: until then a failure of it waits, too.
      made.then((outcome) => show.add(outcome, content)).catch(() => {});
      making.push(made);
    }
  } catch (error) {
    // What is under way is finished: it is found again when the film is made once more, and the end of the job is the end of its work.
    await Promise.allSettled(making);
    throw error;
  }
  const sections = await allOf(making);
  return { plan: { ...outline, sections: written }, sections, spokenBy: ports.speech.identity };
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
