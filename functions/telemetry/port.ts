/** What the service writes down for whoever runs it, as fields and a sentence. */
export interface Log {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
  /** The same log, with these fields on every line. */
  with(fields: Record<string, unknown>): Log;
}

/** A step of a job, in a word, with its figures: never a text of the lesson. */
export interface WatchedStep {
  name: string;
  level?: 'info' | 'warning';
  /** Words that are names, and numbers. */
  facts: Record<string, string | number | boolean | undefined>;
}

/** Something of a job that failed as such things do; those of a kind are kept together, wherever in the code they happened. */
export interface WatchedFailure {
  /** What failed. */
  of: 'scene' | 'section' | 'job';
  /** The Python exception's class, or the code of Lectern's own error. */
  errorClass: string;
  message: string;
  /** The phase that it happened in. */
  stage?: string | undefined;
  section?: number | undefined;
  facts?: WatchedStep['facts'];
  sceneCode?: string | undefined;
}

/** One job, as whoever mends Lectern sees it. */
export interface JobWatch {
  /** Runs the job apart from all others of the process: what goes wrong meanwhile is told of it. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** What is told of the job from now on is told after this. */
  step(step: WatchedStep): void;
  failure(failure: WatchedFailure): void;
}

/** Where failures go so that somebody mends them. Telling it holds nothing up and throws nothing. */
export interface Watch {
  job(tags: { job: string; user: string }): JobWatch;
  /** Something that nobody has foreseen; within a job's `run` it is told of that job. */
  unexpected(error: unknown, facts: WatchedStep['facts']): void;
  /** Waits a little until everything is told. */
  close(): Promise<void>;
}
