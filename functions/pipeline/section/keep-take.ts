import type { Fault } from '../../../shared/contract/event.ts';
import { encoderProfiles } from '../../../shared/contract/quality.ts';
import type { ProgramOutput } from '../../compute/port.ts';
import type { SectionPorts } from '../ports.ts';
import type { Drawing, SpokenSection, Take } from '../types.ts';

interface KeptTake {
  drawn: SpokenSection;
  take: Take;
  drawing: Drawing;
  /** Absent when the take was found by its hash. */
  output: ProgramOutput | undefined;
  fault: Fault | undefined;
}

/** Keeps what came of an attempt at a section, and of one that failed everything that helps to find out why. */
export function keepTake({ drawn, take, drawing, output, fault }: KeptTake, { records }: Pick<SectionPorts, 'records'>): void {
  const { section, outline, narration } = drawn;
  const { sceneCode, clipKey, report } = take;
  const durationSeconds = narration.totalFrames / encoderProfiles[outline.quality].framesPerSecond;
  const attempt = 'step' in drawing ? drawing.step : drawing.phase;
  const drawnOutcome = attempt === 'card' ? 'card' : 'rendered';
  const sound = { narrationHash: narration.audioKey, spokenBy: narration.spokenBy };
  records.took({ section, attempt, sceneCode, clipHash: clipKey, ...sound, durationSeconds, report, outcome: clipKey === undefined ? 'failed' : drawnOutcome });
  if (fault === undefined || report.failure === undefined) return;
  const { traceback, errorClass, line } = report.failure;
  const { stdout = '', stderr = '', command = [] } = output ?? {};
  const told = [stderr, traceback].filter(Boolean).join('\n');
  records.failed({ section, phase: drawing.phase, attempt: drawing.phase === 'repair' ? 2 : 1, fault, errorClass, line, sceneCode, stdout, stderr: told, command });
}
