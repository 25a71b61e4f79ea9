import type { Fault } from '../../../shared/contract/event.ts';
import { encoderProfiles } from '../../../shared/contract/quality.ts';
import type { ProgramOutput } from '../../compute/port.ts';
import type { SectionPorts } from '../ports.ts';
import type { Narration, SectionInput, Take } from '../types.ts';

interface KeptTake {
  drawn: SectionInput & { narration: Narration };
  take: Take;
  phase: 'render' | 'repair';
  /** Absent when the take was found by its hash. */
  output: ProgramOutput | undefined;
  fault: Fault | undefined;
}

/** Keeps what came of an attempt at a section, and of one that failed everything that helps to find out why. */
export function keepTake({ drawn, take, phase, output, fault }: KeptTake, { records }: Pick<SectionPorts, 'records'>): void {
  const { section, plan, narration } = drawn;
  const { sceneCode, clipKey, report } = take;
  const durationSeconds = narration.totalFrames / encoderProfiles[plan.quality].framesPerSecond;
  const drawnOutcome = phase === 'repair' ? 'card' : 'rendered';
  records.took({ section, sceneCode, clipHash: clipKey, durationSeconds, report, outcome: clipKey === undefined ? 'failed' : drawnOutcome });
  if (fault === undefined) return;
  const { traceback } = report.failure ?? {};
  const { stdout = '', stderr = '', command = [] } = output ?? {};
  const told = [stderr, traceback].filter(Boolean).join('\n');
  records.failed({ section, phase, attempt: phase === 'repair' ? 2 : 1, fault, sceneCode, stdout, stderr: told, command });
}
