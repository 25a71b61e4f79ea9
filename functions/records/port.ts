import type { Fault, Phase } from '../../shared/contract/event.ts';
import type { RenderFailureEntry } from '../../shared/contract/failure.ts';
import type { Outline, Plan } from '../../shared/contract/plan.ts';
import type { SectionReport } from '../../shared/contract/report.ts';

export interface TakeRecord {
  section: number;
  /** Tells this attempt at the section from others, which may have come to the same. */
  attempt: string;
  outcome: 'rendered' | 'card' | 'failed';
  sceneCode: string;
  clipHash: string | undefined;
  /** The artefact of its sound, and the identity of the speech that made it. */
  narrationHash: string;
  spokenBy: string;
  durationSeconds: number;
  report: SectionReport;
}

/** An attempt at a section that gave no clip, with what its program printed. */
export interface FailureRecord {
  section: number;
  phase: Phase;
  attempt: number;
  fault: Fault;
  /** The Python exception's class, or the limit's name. */
  errorClass: string;
  /** Line of the scene code. */
  line: number | undefined;
  sceneCode: string;
  stdout: string;
  stderr: string;
  command: string[];
}

/** Something that was wrong with a scene, and how it ended; it gets its id where it is kept. */
export type MendedRecord = Omit<RenderFailureEntry, 'id'>;

/** What is kept of a job beside its events, its money and its film. It holds nothing up: what cannot be kept is told elsewhere. */
export interface Records {
  planned(outline: Outline): void;
  took(take: TakeRecord): void;
  failed(failure: FailureRecord): void;
  mended(mended: MendedRecord): void;
}

/** The take that a section of a film has. */
export interface KeptTake {
  section: number;
  outcome: 'rendered' | 'card';
  sceneCode: string;
  /** Artefacts; the clip, and the sound that it was drawn to. */
  clipHash: string;
  /** Not known of takes that are older than its keeping. */
  narration: { hash: string; spokenBy: string } | undefined;
  report: SectionReport;
}

/** A finished film, as far as it is needed to make parts of it again. */
export interface KeptFilm {
  plan: Plan;
  /** One a section, in order. */
  takes: KeptTake[];
  /** Where it is shown. */
  address: string;
}

/** Films that were made, with the takes that their sections have now. */
export interface Archive {
  /** @throws LecternError `film_gone` where there is none any more that could be made again */
  film(jobId: string): Promise<KeptFilm>;
}
