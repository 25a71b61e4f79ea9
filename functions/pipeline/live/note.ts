import type { Outline, Section } from '../../../shared/contract/plan.ts';
import { encoderProfiles } from '../../../shared/contract/quality.ts';
import { LecternError } from '../../../shared/errors.ts';
import { filmCues, sectionCaptionWords } from '../../media/captions/captions.ts';
import type { Cue } from '../../media/captions/schedule.ts';
import type { Ports } from '../ports.ts';
import type { Timing } from '../section/narrate.ts';
import type { SectionOutcome } from '../types.ts';

/** What is needed of a section to show it. */
export interface ReadySection {
  section: number;
  clipKey: string;
  audioKey: string;
  frames: number;
  /** In the section's own time. */
  cues: Cue[];
}

/** A section that is finished, as it is shown. Its captions come from itself alone: those before it are on the screens already. */
export async function readySection(
  { outcome, content }: { outcome: SectionOutcome; content: Section },
  outline: Outline,
  { artefacts, workspace }: Pick<Ports, 'artefacts' | 'workspace'>,
): Promise<ReadySection> {
  const { section, narration, take } = outcome;
  const { language, quality } = outline;
  const timing = JSON.parse(new TextDecoder().decode(await workspace.read(await keptPath(narration.timingKey, { artefacts })))) as Timing;
  const words = sectionCaptionWords(content.beats, timing.paced, language);
  const { cues } = filmCues([{ words, frames: narration.totalFrames }], { language, framesPerSecond: encoderProfiles[quality].framesPerSecond });
  return { section, clipKey: take.clipKey, audioKey: narration.audioKey, frames: narration.totalFrames, cues };
}

/** @throws LecternError `artefact_lost` */
export async function keptPath(key: string, { artefacts }: Pick<Ports, 'artefacts'>): Promise<string> {
  const path = await artefacts.get(key);
  if (path !== undefined) return path;
  const message = 'Part of a section was made, and is not there any more.';
  throw new LecternError('artefact_lost', { message, fix: 'Run again: what is missing is made again.', retryable: true });
}
