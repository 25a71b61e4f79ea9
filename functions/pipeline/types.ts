import type { Fault } from '../../shared/contract/event.ts';
import type { BeatFrames } from '../../shared/contract/job.ts';
import type { SectionReport } from '../../shared/contract/report.ts';
import type { PlannedSection } from '../lesson/port.ts';
import type { Cue } from '../media/captions/schedule.ts';

export interface FilmRequest {
  jobId: string;
  /** What the film is made from, in words for people: a file name, or a topic. */
  source: string;
  /** What the film's files are called. */
  name: string;
  /** What is made anew of a film that is there; the film itself where absent. */
  again?: Again;
}

export interface Again {
  /** The job that made the film. */
  of: string;
  /** From 1; the whole film is joined anew where absent. */
  section?: number | undefined;
  /** In the place of what would be written for the section. */
  sceneCode?: string | undefined;
}

/** A section's speech, timed in frames. */
export interface Narration {
  /** Artefacts: a WAV of exactly `totalFrames` frames, and the times of everything said in it. */
  audioKey: string;
  timingKey: string;
  /** Identity of the speech that made it. */
  spokenBy: string;
  beats: BeatFrames[];
  totalFrames: number;
}

/** A section that has its words, and with them its times. */
export type SpokenSection = PlannedSection & { narration: Narration };

/** What a scene is drawn for: as it was written, as it was mended, or as the card that stands in for it. */
export type Drawing = { phase: 'render'; anew?: boolean } | { phase: 'repair'; step: 'redraw' | 'card' };

/** One version of a section's clip, or of the attempt at it. */
export interface Take {
  sceneCode: string;
  /** Artefact: silent H.264, absent when the scene failed. */
  clipKey: string | undefined;
  report: SectionReport;
}

/** A section as it goes into the film. */
export interface SectionOutcome {
  section: number;
  title: string;
  narration: Narration;
  take: Take & { clipKey: string };
  /** Why a title card stands here, and the attempt that it stands in for, where it came to one. */
  failed: { take?: Take; fault: Fault } | undefined;
}

export interface StitchedFilm {
  /** Artefacts. */
  filmKey: string;
  posterKey: string;
  cues: Cue[];
  durationSeconds: number;
  loudnessLufs: number | undefined;
}

export interface MadeFilm {
  partial: boolean;
  durationSeconds: number;
  film: string;
  /** It could not be published, and stands on the host that made it. */
  local?: true;
  /** Only this section was made; the film is as it was. */
  section?: number;
}
