import type { BeatFrames } from '../../shared/contract/job.ts';
import type { Outline, Section } from '../../shared/contract/plan.ts';
import type { SectionReport } from '../../shared/contract/report.ts';

/** What is known before the first section is made. */
export interface PlanStart {
  outline: Outline;
  /** The sections that are there already: all of a lesson's, none of a topic's. */
  sections: Section[];
}

/** Turns what was asked for into a plan: its outline first, then section after section. */
export interface Planner {
  /** @throws LecternError, or LessonErrors with the line of each */
  start(signal: AbortSignal): Promise<PlanStart>;
  /**
   * The section that comes after those given. It is asked for one at a time and in order, and after a crash by another process.
   * @throws LecternError
   */
  next(place: { outline: Outline; before: Section[] }, signal: AbortSignal): Promise<Section>;
}

/** One section of a plan that may not be whole yet. */
export interface PlannedSection {
  outline: Outline;
  /** 1-based. */
  section: number;
  content: Section;
}

/** A section as its writer gets it: planned, spoken, and not drawn yet. */
export interface SceneTask extends PlannedSection {
  /** The frames of each beat, counted at `framesPerSecond`. */
  beats: BeatFrames[];
  framesPerSecond: number;
}

export interface WrittenScene {
  sceneCode: string;
  /** Found by the hash of what was asked: nothing was bought. */
  cached: boolean;
  /** Who wrote it, where it was a model: its name, and the hash of the prompts that it works by. */
  writtenBy?: { model: string; promptVersion: string };
}

/** Writes the Python of a section. */
export interface SceneWriter {
  write(task: SceneTask, signal: AbortSignal): Promise<WrittenScene>;
  /**
   * One attempt at mending what failed, or drew a faulty picture: undefined where it sees no need, or no hope. Absent where the
   * writer would only write the same again.
   */
  mend?(task: SceneTask, drawn: { sceneCode: string; report: SectionReport }, signal: AbortSignal): Promise<WrittenScene | undefined>;
}
