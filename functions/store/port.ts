import type { CostHistory } from '../../shared/contract/cost.ts';
import type { Happening, JobEvent } from '../../shared/contract/event.ts';
import type { JobCreation, RunCreation } from '../../shared/contract/creation.ts';
import type { FailureSummary, RenderFailureEntry } from '../../shared/contract/failure.ts';
import type { AcceptedRequest } from '../../shared/contract/request.ts';
import type { Swept, SweepTime } from '../../shared/contract/sweep.ts';
import type { FilmParts, NewRun, NewTake, StoredSection } from '../../shared/contract/take.ts';
import type { SandboxClaims } from '../../shared/contract/sandbox.ts';

/** What a store tells a caller that it cannot serve: `store_unavailable` (retryable) or `store_refused`, as LecternError. */

export interface Users {
  /** The id of the user who comes with tokens of this subject; made at the first visit. */
  ensure(subject: string, clerkUserId?: string): Promise<string>;
}

export interface NewJob {
  userId: string;
  /** A uuid of the caller's own; default a new one. */
  jobId?: string | undefined;
  idempotencyKey?: string | undefined;
  /** Hash of the whole request: the same key or id with another hash is refused. */
  requestHash: string;
  topic: string;
  title?: string | undefined;
  language?: string | undefined;
  /** What was asked for, to make sections again later. */
  request: Record<string, unknown>;
  /** Counts against the day's spending while the job runs. */
  estimateMicroDollars?: number | undefined;
  /** What the job may cost at most; no cap where absent. */
  capMicroDollars?: number | undefined;
}
export interface JobLimits {
  runningJobs?: number | undefined;
  /** Micro-dollars a UTC day. */
  dayMicroDollars?: number | undefined;
  /** What a job may cost that does not say; it is the caller who puts it into the job's row. */
  jobMicroDollars?: number | undefined;
}
export type JobStatus = 'processing' | 'completed' | 'failed';
/** The four stages that clients count: 1 planning, 2 pipeline, 3 concat, 4 upload. */
export type Stage = 1 | 2 | 3 | 4;
export interface JobState {
  jobId: string;
  /** The film that it makes, or works on: its own id, or that of an earlier job. */
  filmId: string;
  userId: string;
  status: JobStatus;
  stage: Stage;
  /** 0 to 100, never going back. */
  percentage: number;
  message: string;
  videoUrl: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  partial: boolean;
  cancelled: boolean;
  localVideoUrl: string | null;
  cancelRequested: boolean;
  lastSequence: number;
  createdAt: Date;
}

export interface Jobs {
  /** Makes a job once for every key, under the user's caps. */
  create(job: NewJob, limits: JobLimits): Promise<JobCreation>;
  /** Makes a job that works on a finished film; where an equal one is under way, that is the one. */
  createRun(run: NewRun, limits: JobLimits): Promise<RunCreation>;
  find(jobId: string): Promise<JobState | undefined>;
  /** What it is to make, and for whom. Undefined for a job whose film has been deleted as for none. */
  order(jobId: string): Promise<{ userId: string; request: AcceptedRequest } | undefined>;
  /** False when there is no such running job of this user. */
  requestCancel(jobId: string, userId: string): Promise<boolean>;
}

/** What an event changes of the job's progress; with a status other than `processing` the job ends with it. */
export interface ProgressChange {
  status?: JobStatus;
  stage?: Stage;
  percentage?: number;
  message?: string;
  videoUrl?: string;
  localVideoUrl?: string;
  errorCode?: string;
  errorMessage?: string;
  partial?: boolean;
  cancelled?: boolean;
}
export interface EventEntry {
  jobId: string;
  happening: Happening;
  progress?: ProgressChange | undefined;
  /** An event with a key is appended once, however often it is sent. */
  key?: string | undefined;
}
export type Appended = { outcome: 'appended' | 'existing' | 'ended'; sequence: number } | { outcome: 'unknown_job' };

export interface Events {
  append(entry: EventEntry): Promise<Appended>;
  /** Up to a thousand events that come after the sequence, in order. */
  after(jobId: string, sequence: number): Promise<JobEvent[]>;
}

export interface StoredFile {
  name: string;
  sizeBytes: number;
  /** Hex. */
  sha256: string;
}
/** What everybody may know of a public film. */
export interface PublicFilm {
  jobId: string;
  title: string;
  topic: string;
  videoUrl: string | null;
  posterUrl: string | null;
  captionsUrl: string | null;
  durationSeconds: number | null;
  keywords: string[];
  language: string | null;
  createdAt: Date;
  completedAt: Date | null;
}
/** What its owner may know besides. */
export interface Film extends PublicFilm {
  userId: string;
  status: JobStatus;
  isPublic: boolean;
  isShared: boolean;
  partial: boolean;
  cancelled: boolean;
  localVideoUrl: string | null;
  costBreakdown: Record<string, unknown>;
  /** Objects of the bucket films under `<userId>/<jobId>/`. */
  files: StoredFile[];
  updatedAt: Date;
}
export interface FilmQuery {
  /** Whose films; everybody's public ones when undefined. */
  userId?: string | undefined;
  /** Every word must be in title, topic or keywords. */
  search?: string | undefined;
  /** `next` of the page before. */
  after?: string | undefined;
  /** 1 to 100, default 20. */
  limit?: number | undefined;
}
export interface Page<Item> {
  items: Item[];
  next: string | undefined;
}
export interface FilmPublication {
  title?: string | undefined;
  videoUrl: string;
  filename: string;
  posterUrl?: string | undefined;
  captionsUrl?: string | undefined;
  durationSeconds: number;
  keywords?: string[] | undefined;
  plan?: unknown;
  code?: string | undefined;
  files: StoredFile[];
  partial: boolean;
}
export interface FilmChanges {
  title?: string | undefined;
  keywords?: string[] | undefined;
  isPublic?: boolean | undefined;
}

export interface Films {
  /** The film of its owner; undefined for one of somebody else as for none. */
  find(jobId: string, userId: string): Promise<Film | undefined>;
  findPublic(jobId: string): Promise<Film | undefined>;
  list(query: FilmQuery): Promise<Page<Film>>;
  /** False when the film has been deleted meanwhile. Files of a film whose place this one takes are removed. */
  publish(jobId: string, film: FilmPublication): Promise<boolean>;
  update(jobId: string, userId: string, changes: FilmChanges): Promise<boolean>;
  /** Hides the film, removes its files, and then its row; a call that was interrupted can be repeated. */
  remove(jobId: string, userId: string): Promise<boolean>;
}

export interface Shares {
  /** A new token for the film, which every earlier one gives way to; undefined when the user has no such film. */
  rotate(jobId: string, userId: string): Promise<string | undefined>;
  revoke(jobId: string, userId: string): Promise<boolean>;
  find(token: string): Promise<Film | undefined>;
}

export interface FilmUpload {
  userId: string;
  jobId: string;
  name: string;
  /** On this host. */
  path: string;
  contentType: string;
  title: string;
}
export interface FilmFiles {
  /**
   * Sends a file and reads it back: what is answered stands in Storage, byte for byte. Above 6 MB by resumable upload.
   * @throws LecternError `checksum_mismatch`, `store_unavailable`, `store_refused`
   */
  put(upload: FilmUpload, signal: AbortSignal): Promise<StoredFile>;
  /** An address under which anyone can fetch the file for a while. */
  signedUrl(file: { userId: string; jobId: string; name: string }, seconds: number): Promise<string>;
}

/** A call that costs money, before it is made. */
export interface PlannedCost {
  phase: string;
  section?: number | undefined;
  provider: string;
  model: string;
  /** Names the call. */
  key: string;
  mostMicroDollars: number;
  /** A uuid of the process that makes it: when that dies, it is known which of its calls were under way. */
  madeBy?: string | undefined;
}
export type Reservation =
  | { outcome: 'reserved'; reservationId: number }
  /** The call would pass the job's cap. */
  | { outcome: 'cap'; spentMicroDollars: number; reservedMicroDollars: number; capMicroDollars: number }
  | { outcome: 'ended' | 'unknown_job' };
export interface CostBill {
  /** What was counted, by name, for example `input_tokens`. */
  units: Record<string, number>;
  microDollars: number;
  cached: boolean;
  /** What was set aside for the call; where nothing was, its key has one bill, however often it is sent. */
  reservationId?: number | undefined;
}
export interface Costs {
  /** Sets the most that the call can come to aside, under the job's cap. An earlier reservation of the same key is freed. */
  reserve(jobId: string, call: PlannedCost): Promise<Reservation>;
  /** Writes the bill down, frees what was set aside for it, and adds the job's bills up; once, however often it is sent. */
  settle(jobId: string, call: PlannedCost, bill: CostBill): Promise<void>;
  history(): Promise<CostHistory>;
}

export interface Sections {
  /** The plan of a film: its sections, title and keywords. */
  plan(jobId: string, plan: { title: string; language: string; keywords: string[]; sections: { title: string }[] }): Promise<void>;
  /** Answers the number of the take. The take with the fewest faults is the section's. */
  take(jobId: string, take: NewTake): Promise<number>;
  /** Of a film, in order; the caller has seen to it that it may be shown. */
  list(jobId: string): Promise<StoredSection[]>;
  /** Sets the section's take, or with null leaves it to the faults. The caller has seen to it that there is such a take with a clip. */
  choose(jobId: string, section: number, take: number | null): Promise<void>;
  /** Everything that a published film is made again from; undefined where there is none. */
  parts(jobId: string): Promise<FilmParts | undefined>;
}

export interface ErrorLog {
  userId: string;
  jobId: string;
  section?: number | undefined;
  phase: string;
  attempt: number;
  code: string;
  message: string;
  stdout: string;
  stderr: string;
  command: string[];
  sceneCode?: string | undefined;
  /** A uuid; a log of this id is recorded once, however often it is sent. */
  id?: string | undefined;
}
export interface ErrorLogEntry {
  section: number | null;
  phase: string;
  attempt: number;
  code: string;
  message: string;
  createdAt: Date;
  /** Valid for an hour. */
  logUrl: string;
  sceneCodeUrl: string | null;
}
export interface ErrorLogs {
  record(log: ErrorLog): Promise<void>;
  list(jobId: string, userId: string): Promise<ErrorLogEntry[]>;
}

export interface Failures {
  record(jobId: string, failure: RenderFailureEntry): Promise<void>;
  summary(days: number): Promise<FailureSummary>;
}

export interface Housekeeping {
  /** Hashes of artefacts that the takes of films need, and when the oldest job was made that runs now. */
  inUse(): Promise<{ clips: string[]; narrations: string[]; runningSince: Date | undefined }>;
  /** Events of jobs that ended before; their last one stays. */
  sweepEvents(time: SweepTime): Promise<Swept>;
  sweepErrorLogs(time: SweepTime): Promise<Swept>;
  /** Files of films whose place another has taken, and films that were deleted before, when whoever did it was interrupted. */
  sweepFilms(time: SweepTime): Promise<Swept>;
}

export interface Rates {
  take(question: { userId: string; name: string; limit: number; windowSeconds: number }): Promise<{ allowed: boolean; reached: number; limit: number; resetsAt: Date }>;
}

export interface Store {
  users: Users;
  jobs: Jobs;
  events: Events;
  films: Films;
  shares: Shares;
  files: FilmFiles;
  costs: Costs;
  sections: Sections;
  errorLogs: ErrorLogs;
  failures: Failures;
  rates: Rates;
  housekeeping: Housekeeping;
  sandboxes: SandboxClaims;
  /** Whether rows can be read now. */
  isReady(): Promise<boolean>;
}
