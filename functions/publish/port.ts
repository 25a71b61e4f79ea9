import type { FilmReport } from '../../shared/contract/result.ts';
import type { Plan } from '../../shared/contract/plan.ts';

/** A file of a film: its name for people, and where it is on this host or what it says. */
export type FilmFile = { name: string; path: string } | { name: string; text: string };

export interface FinishedFilm {
  jobId: string;
  /** Sets the files apart from those of the film that it takes the place of; a job's first film has none. */
  edition?: string;
  plan: Plan;
  report: FilmReport;
  /** The MP4 first; captions, poster, transcript, plan and the scene code of every section after it. */
  files: FilmFile[];
}

export interface Published {
  /** Where the film is: a path, or a URL. */
  film: string;
  /** Why it stands on this host alone, where it should stand elsewhere. */
  unpublished?: string;
}

/** Puts a finished film where its users find it. */
export interface Publisher {
  publish(film: FinishedFilm, signal: AbortSignal): Promise<Published>;
}
