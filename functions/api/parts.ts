import type { Estimate } from '../../shared/contract/estimate.ts';
import type { AcceptedRequest, JobRequest } from '../../shared/contract/request.ts';
import type { Auth } from '../auth/port.ts';
import type { Clock } from '../clock/port.ts';
import type { LiveFilms } from '../live/port.ts';
import type { EventFollower } from '../progress/port.ts';
import type { Film, JobLimits, Store, StoredFile } from '../store/port.ts';

export type { JobRequest };

export interface JobRunner {
  /**
   * What a film will be called, before anything is made of it: as its lesson says, or as its topic does, shortened, in the language
   * asked for.
   * @throws LecternError or LessonErrors where no film can be made of it
   */
  check(request: JobRequest): Promise<{ title: string; language: string }>;
  /** Accepts a job whose row is there; resolves as soon as it is under way, not when it is done. */
  start(jobId: string, userId: string, request: AcceptedRequest): Promise<void>;
  /** The cancellation is on the job's row already; a runner that runs this job stops it. */
  cancel(jobId: string): Promise<void>;
}

/** First and last byte, both included. */
export interface ByteRange {
  first: number;
  last: number;
}

/** The files of films, wherever they stand: in Storage, or on this host while they could not be published. */
export interface FilmReader {
  list(film: Film): Promise<StoredFile[]>;
  /** @throws LecternError `store_unavailable`, `store_refused` */
  open(file: { film: Film; name: string; range: ByteRange }, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

export interface RateLimit {
  limit: number;
  windowSeconds: number;
}

export interface Timer {
  /** Runs it again and again until the function that it answers is called; keeps no process alive. */
  every(milliseconds: number, run: () => void): () => void;
}

/** Where the service writes down what a user must not be told. */
export interface ServiceLog {
  error(details: { error: unknown; jobId?: string; route?: string }, message: string): void;
}

/** Everything that the API needs, given by whoever composes the service. */
export interface ApiParts {
  store: Store;
  auth: Auth;
  events: EventFollower;
  jobs: JobRunner;
  files: FilmReader;
  /** Films that are watched while they are made. */
  live: Pick<LiveFilms, 'film' | 'remove'>;
  clock: Clock;
  timer: Timer;
  log: ServiceLog;
  /** Whether films can be planned from a topic alone: a model's key is there. */
  topics: boolean;
  /** What a film will take, before anything is spent. @throws LecternError or LessonErrors where no film can be made of the request */
  estimate(request: JobRequest): Promise<Estimate>;
  /** Running jobs of a user, micro-dollars a UTC day, and of a job that does not say. */
  limits: JobLimits;
  rateLimits: {
    /** New jobs of a user. */
    jobs: RateLimit;
    /** Everything else that a user asks for, films' bytes and events excepted. */
    requests: RateLimit;
  };
  /** Address of the service as its users see it, without a slash at its end. */
  publicUrl: string;
  /** Origins of web pages that may call from a browser; none by default. */
  origins: readonly string[];
  /** Names of the config flavors; the first is the default. */
  flavors: readonly [string, ...string[]];
  version: string;
  /** Aborted when the service is about to end: event streams are closed, and their clients come back elsewhere. */
  closing: AbortSignal;
  /** Whether jobs can be accepted: store and whatever else the service stands on. Its store is asked besides. */
  isReady(): Promise<boolean>;
}
