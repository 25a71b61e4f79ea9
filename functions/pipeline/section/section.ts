import type { Fault } from '../../../shared/contract/event.ts';
import { encoderProfiles } from '../../../shared/contract/quality.ts';
import { faultsOf } from '../../../shared/errors.ts';
import type { Flow } from '../../engine/port.ts';
import type { PlannedSection, WrittenScene } from '../../lesson/port.ts';
import type { SectionPorts } from '../ports.ts';
import type { SectionOutcome, SpokenSection, Take } from '../types.ts';
import { writeCode } from './code.ts';
import { endingsOf } from './endings.ts';
import { faultOfFailure } from './fault.ts';
import { costsTheSection, mendScene, renderCard } from './mend.ts';
import { narrate } from './narrate.ts';
import { renderScene } from './render.ts';

/** One section's path: narrate, code, render, mend; a section that fails becomes a title card with its narration. */
export function sectionFlow(ports: SectionPorts, name: string): Flow<PlannedSection, SectionOutcome> {
  return { name, run: (input, engine) => makeSection(input, { ...ports, engine }) };
}

async function makeSection(input: PlannedSection, ports: SectionPorts): Promise<SectionOutcome> {
  const spoken = { ...input, narration: await narrate(input, ports) };
  const attempt = await attemptScene(spoken, { anew: false }, ports);
  return 'fault' in attempt ? standIn(spoken, attempt, ports) : finished({ spoken, failed: undefined, ...attempt }, ports);
}

export interface DrawnScene {
  take: Take & { clipKey: string };
  cached: boolean;
}
export interface FailedScene {
  /** Where it came to one. */
  take?: Take;
  fault: Fault;
  phase: 'code' | 'render';
}

/** A spoken section is written, drawn and mended: its clip, or why there is none. @param anew draw it though it was drawn before */
export async function attemptScene(spoken: SpokenSection, { anew }: { anew: boolean }, ports: SectionPorts): Promise<DrawnScene | FailedScene> {
  const written = await orFault(() => writeCode(spoken, ports));
  if ('fault' in written) return { ...written, phase: 'code' };
  const drawn = await orFault(() => drawnScene(spoken, { written, anew }, ports));
  if ('fault' in drawn) return { ...drawn, phase: 'render' };
  const { take, cached } = drawn;
  const { clipKey, report } = take;
  return clipKey === undefined ? { take, fault: faultOfFailure(report.failure, spoken), phase: 'render' } : { take: { ...take, clipKey }, cached };
}

async function drawnScene(spoken: SpokenSection, { written, anew }: { written: WrittenScene; anew: boolean }, ports: SectionPorts): Promise<{ take: Take; cached: boolean }> {
  const first = await renderScene({ ...spoken, sceneCode: written.sceneCode }, { phase: 'render', anew }, ports);
  const { value: take, cached, mended } = await mendScene(spoken, first, ports);
  for (const ending of endingsOf({ section: spoken.section, written, first: first.value, mended })) ports.records.mended(ending);
  return { take, cached };
}

/** What costs a section and not the film becomes the fault of the section. */
async function orFault<Made>(work: () => Promise<Made>): Promise<Made | { fault: Fault }> {
  try {
    return await work();
  } catch (error) {
    const [fault] = faultsOf(error);
    if (fault === undefined || !costsTheSection(error)) throw error;
    return { fault };
  }
}

async function standIn(spoken: SpokenSection, { phase, ...failed }: FailedScene, ports: SectionPorts): Promise<SectionOutcome> {
  await ports.progress.tell({ type: 'section.failed', section: spoken.section, phase, fault: failed.fault });
  const card = await renderCard(spoken, ports);
  return finished({ spoken, take: card, failed, cached: false }, ports);
}

interface Ending extends DrawnScene {
  spoken: SpokenSection;
  failed: SectionOutcome['failed'];
}

/** Tells that a section is done, and answers it as it goes into the film. */
export async function finished({ spoken, take, failed, cached }: Ending, ports: Pick<SectionPorts, 'progress'>): Promise<SectionOutcome> {
  const { outline, section, content, narration } = spoken;
  const outcome = failed ? 'card' : 'rendered';
  const durationSeconds = narration.totalFrames / encoderProfiles[outline.quality].framesPerSecond;
  const geometryFaults = take.report.geometry.length;
  await ports.progress.tell({ type: 'section.finished', section, outcome, durationSeconds, cached, geometryFaults });
  return { section, title: content.title, narration, take, failed };
}
