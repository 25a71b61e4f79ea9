/** One version of a section's clip, or of the attempt at it, as it is kept with its film. */
export interface NewTake {
  section: number;
  outcome: 'rendered' | 'card' | 'failed';
  faults: number;
  sceneCode: string;
  clipHash?: string | undefined;
  narrationHash?: string | undefined;
  spokenBy?: string | undefined;
  durationSeconds?: number | undefined;
  report?: unknown;
  /** A take with a key is recorded once, however often it is sent. */
  key?: string | undefined;
}
export interface StoredTake {
  take: number;
  outcome: 'rendered' | 'card' | 'failed';
  faults: number;
  /** Not known of those that are older than its keeping. */
  durationSeconds: number | null;
  sceneCode: string;
  createdAt: Date;
}
export interface StoredSection {
  section: number;
  title: string;
  durationSeconds: number | null;
  /** The take that is chosen, or the best. */
  take: number | null;
  isChosen: boolean;
  takes: StoredTake[];
}
/** A film's plan, and the take of each section that is to be in it: unchecked, as it was kept. */
export interface FilmParts {
  plan: unknown;
  takes: {
    section: number;
    outcome: 'rendered' | 'card';
    sceneCode: string;
    clipHash: string;
    narrationHash: string | null;
    spokenBy: string | null;
    report: unknown;
  }[];
}

/** Work on a film that is there: one section of it anew, or the film joined anew. */
export interface NewRun {
  userId: string;
  of: string;
  section?: number | undefined;
  sceneCode?: string | undefined;
  idempotencyKey?: string | undefined;
  requestHash: string;
  estimateMicroDollars?: number | undefined;
  capMicroDollars?: number | undefined;
}
