import type { Fault } from '../../../shared/contract/event.ts';
import { encoderProfiles } from '../../../shared/contract/quality.ts';
import type { Flow } from '../../engine/port.ts';
import type { SectionPorts } from '../ports.ts';
import type { Narration, SectionInput, SectionOutcome, Take } from '../types.ts';
import { writeCode } from './code.ts';
import { faultOfFailure } from './fault.ts';
import { narrate } from './narrate.ts';
import { renderCard, renderScene } from './render.ts';

/** One section's path: narrate, code, render; a section that fails becomes a title card with its narration. */
export function sectionFlow(ports: SectionPorts): Flow<SectionInput, SectionOutcome> {
  return { name: 'section', run: (input, engine) => makeSection(input, { ...ports, engine }) };
}

async function makeSection(input: SectionInput, ports: SectionPorts): Promise<SectionOutcome> {
  const narration = await narrate(input, ports);
  const sceneCode = await writeCode(input, ports);
  const { value: take, cached } = await renderScene({ ...input, narration, sceneCode }, ports);
  const { clipKey, report } = take;
  if (clipKey !== undefined) return finished({ input, narration, take: { ...take, clipKey }, failed: undefined, cached }, ports);

  const fault = faultOfFailure(report.failure, input);
  await ports.progress.tell({ type: 'section.failed', section: input.section, phase: 'render', fault });
  const card = await renderCard({ ...input, narration }, ports);
  return finished({ input, narration, take: card, failed: { take, fault }, cached: false }, ports);
}

interface Ending {
  input: SectionInput;
  narration: Narration;
  take: Take & { clipKey: string };
  failed: { take: Take; fault: Fault } | undefined;
  cached: boolean;
}

async function finished(ending: Ending, ports: SectionPorts): Promise<SectionOutcome> {
  const { input, narration, take, failed, cached } = ending;
  const outcome = failed ? 'card' : 'rendered';
  const durationSeconds = narration.totalFrames / encoderProfiles[input.plan.quality].framesPerSecond;
  const geometryFaults = take.report.geometry.length;
  await ports.progress.tell({ type: 'section.finished', section: input.section, outcome, durationSeconds, cached, geometryFaults });
  const title = input.plan.sections[input.section - 1]?.title ?? '';
  return { section: input.section, title, narration, take, failed };
}
