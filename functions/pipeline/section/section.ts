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
import { isOfTheModel, mendScene, renderCard } from './mend.ts';
import { narrate } from './narrate.ts';
import { renderScene } from './render.ts';

/** One section's path: narrate, code, render, mend; a section that fails becomes a title card with its narration. */
export function sectionFlow(ports: SectionPorts, name: string): Flow<PlannedSection, SectionOutcome> {
  return { name, run: (input, engine) => makeSection(input, { ...ports, engine }) };
}

async function makeSection(input: PlannedSection, ports: SectionPorts): Promise<SectionOutcome> {
  const spoken = { ...input, narration: await narrate(input, ports) };
  const written = await writtenScene(spoken, ports);
  if ('fault' in written) return standIn(spoken, { ...written, phase: 'code' }, ports);
  const first = await renderScene({ ...spoken, sceneCode: written.sceneCode }, { phase: 'render' }, ports);
  const { value: take, cached, mended } = await mendScene(spoken, first, ports);
  for (const ending of endingsOf({ section: input.section, written, first: first.value, mended })) ports.records.mended(ending);
  const { clipKey, report } = take;
  if (clipKey !== undefined) return finished({ spoken, take: { ...take, clipKey }, failed: undefined, cached }, ports);
  return standIn(spoken, { take, fault: faultOfFailure(report.failure, input), phase: 'render' }, ports);
}

async function writtenScene(spoken: SpokenSection, ports: SectionPorts): Promise<WrittenScene | { fault: Fault }> {
  try {
    return await writeCode(spoken, ports);
  } catch (error) {
    const [fault] = faultsOf(error);
    if (fault === undefined || !isOfTheModel(error)) throw error;
    return { fault };
  }
}

interface FailedSection {
  take?: Take;
  fault: Fault;
  phase: 'code' | 'render';
}

async function standIn(spoken: SpokenSection, { phase, ...failed }: FailedSection, ports: SectionPorts): Promise<SectionOutcome> {
  await ports.progress.tell({ type: 'section.failed', section: spoken.section, phase, fault: failed.fault });
  const card = await renderCard(spoken, ports);
  return finished({ spoken, take: card, failed, cached: false }, ports);
}

interface Ending {
  spoken: SpokenSection;
  take: Take & { clipKey: string };
  failed: SectionOutcome['failed'];
  cached: boolean;
}

async function finished(ending: Ending, ports: SectionPorts): Promise<SectionOutcome> {
  const { spoken, take, failed, cached } = ending;
  const { outline, section, content, narration } = spoken;
  const outcome = failed ? 'card' : 'rendered';
  const durationSeconds = narration.totalFrames / encoderProfiles[outline.quality].framesPerSecond;
  const geometryFaults = take.report.geometry.length;
  await ports.progress.tell({ type: 'section.finished', section, outcome, durationSeconds, cached, geometryFaults });
  return { section, title: content.title, narration, take, failed };
}
