import { isForeseen, LecternError, LessonErrors } from '../../shared/errors.ts';
import type { AcceptedRequest } from '../../shared/contract/request.ts';
import type { JobRequest, JobRunner } from '../api/parts.ts';
import type { Room } from '../engine/port.ts';
import { assetsOf } from '../lesson/needs.ts';
import type { PlanStart } from '../lesson/port.ts';
import type { Materials } from '../materials/port.ts';
import type { Ports } from '../pipeline/ports.ts';
import { makeFilm } from '../pipeline/run.ts';
import type { Jobs } from '../store/port.ts';
import type { JobWatch, Log, Watch } from '../telemetry/port.ts';
import type { AcceptedJob, Journal } from './journal.ts';
import { filmRequestOf } from './film-request.ts';
import { sentLessonPlanner } from './lesson-planner.ts';
import { pause, type WriteBehind } from './write-behind.ts';

/** Everything that makes one job's film. */
export interface ComposedJob {
  ports: Ports;
  writes: WriteBehind;
  close: () => Promise<void>;
}

export interface RunnerParts {
  jobs: Pick<Jobs, 'find'>;
  compose(job: AcceptedJob, surroundings: { signal: AbortSignal; watch: JobWatch }): Promise<ComposedJob>;
  materials: Materials;
  journal: Journal;
  log: Log;
  watch: Watch;
  /** For the jobs that run at once; further ones wait. */
  places: Room;
  /** Between looks at whether another process was asked to cancel a job that runs here. */
  cancelPollMilliseconds: number;
}

interface Running {
  controller: AbortController;
  watch: JobWatch;
  composed: ComposedJob | undefined;
  done: Promise<void>;
}

/** Runs jobs in this process. What it has accepted it finishes, if need be after a restart. */
export class InProcessRunner implements JobRunner {
  readonly #parts: RunnerParts;
  readonly #running = new Map<string, Running>();
  #leaving = false;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  async check(request: JobRequest): Promise<{ title: string; language: string }> {
    if (request.lesson === undefined) return { title: request.topic, language: request.language ?? 'en' };
    const start = await sentLessonPlanner(request).start(new AbortController().signal);
    await this.#findMaterials(start);
    return { title: start.outline.title, language: start.outline.language };
  }

  async start(jobId: string, userId: string, request: AcceptedRequest): Promise<void> {
    if (this.#leaving) throw leavingService();
    const job = { jobId, userId, request };
    await this.#parts.journal.add(job);
    this.#begin(job);
  }

  async cancel(jobId: string): Promise<void> {
    this.#running.get(jobId)?.controller.abort();
  }

  /** Goes on with what processes that were killed have left behind. */
  async recover(): Promise<void> {
    const { journal, log } = this.#parts;
    const left = await journal.adopt();
    for (const job of left) this.#begin(job);
    if (left.length > 0) log.info({ jobs: left.map(({ jobId }) => jobId) }, 'Jobs that an earlier process has left are gone on with.');
  }

  /** Waits for running jobs; those that take longer are left to the next process. */
  async drain(milliseconds: number): Promise<void> {
    this.#leaving = true;
    const over = new AbortController();
    const all = Promise.all([...this.#running.values()].map(({ done }) => done));
    await Promise.race([all, pause(milliseconds, over.signal)]);
    over.abort();
    for (const { controller, composed } of this.#running.values()) {
      // Its log stays open: the next process goes on with it.
      composed?.writes.stop();
      controller.abort();
    }
    await all;
  }

  /** @throws LessonErrors with the lines that name files which are not there */
  async #findMaterials(start: PlanStart): Promise<void> {
    const faults: LecternError[] = [];
    for (const { name, line } of assetsOf(start)) {
      await this.#parts.materials.pathOf(name).catch((error: unknown) => {
        if (!(error instanceof LecternError)) throw error;
        const { code, message, fix, retryable } = error;
        faults.push(new LecternError(code, { message, fix, retryable, line, cause: error }));
      });
    }
    if (faults.length > 0) throw new LessonErrors(faults);
  }

  #begin(job: AcceptedJob): void {
    if (this.#running.has(job.jobId)) return;
    const log = this.#parts.log.with({ job: job.jobId });
    const watch = this.#parts.watch.job({ job: job.jobId, user: job.userId });
    const entry: Running = { controller: new AbortController(), watch, composed: undefined, done: Promise.resolve() };
    this.#running.set(job.jobId, entry);
    entry.done = watch
      .run(() => this.#runInTurn(job, entry).catch((error: unknown) => log.error({ error }, 'A job could not be run.')))
      .finally(() => this.#running.delete(job.jobId));
  }

  async #runInTurn(job: AcceptedJob, entry: Running): Promise<void> {
    // A job that is cancelled while it waits is told so at once.
    const isInside = await this.#parts.places.enter(entry.controller.signal).then(
      () => true,
      () => false,
    );
    try {
      await this.#run(job, entry);
    } finally {
      if (isInside) this.#parts.places.leave();
    }
  }

  async #run(job: AcceptedJob, entry: Running): Promise<void> {
    const { jobId } = job;
    const { journal } = this.#parts;
    const isWanted = await isStillWanted(jobId, entry.controller, this.#parts);
    if (this.#leaving) return;
    if (!isWanted) return journal.remove(jobId);
    const { signal } = entry.controller;
    const composed = await this.#parts.compose(job, { signal, watch: entry.watch });
    entry.composed = composed;
    const isOver = new AbortController();
    void watchForCancel(jobId, { entry, isOver: isOver.signal }, this.#parts);
    try {
      await this.#make(job, composed, signal);
      // What sections still do after one has failed for good is not wanted any more.
      entry.controller.abort();
      if (await composed.writes.settled()) await journal.remove(jobId);
    } finally {
      isOver.abort();
      await composed.close();
    }
  }

  async #make(job: AcceptedJob, { ports }: ComposedJob, signal: AbortSignal): Promise<void> {
    const log = this.#parts.log.with({ job: job.jobId });
    try {
      const { partial } = await makeFilm(filmRequestOf(job), ports);
      log.info({ partial }, 'The film is finished.');
    } catch (error) {
      // The job's events have told its user.
      if (signal.aborted) log.warn({ error }, 'The job has been stopped.');
      else if (isForeseen(error)) log.warn({ error }, 'The film could not be made.');
      else log.error({ error }, 'The film could not be made, for a reason that nobody has foreseen.');
    }
  }
}

const leavingService = (): LecternError =>
  new LecternError('service_leaving', { message: 'This service is being stopped.', fix: 'Try again in a moment.', retryable: true });

/** Whether the job's row still waits for its end. A cancellation that nobody has heeded yet is heeded. */
async function isStillWanted(jobId: string, controller: AbortController, { jobs, log }: RunnerParts): Promise<boolean> {
  while (!controller.signal.aborted) {
    try {
      const state = await jobs.find(jobId);
      if (state?.cancelRequested) controller.abort();
      return state?.status === 'processing';
    } catch (error) {
      if (!(error instanceof LecternError && error.retryable)) throw error;
      log.warn({ error, job: jobId }, 'The store cannot be reached; the job waits.');
      await pause(1000, controller.signal);
    }
  }
  return true;
}

/** Looks now and then whether the job has been cancelled, or its film deleted, by way of another process. */
async function watchForCancel(jobId: string, { entry, isOver }: { entry: Running; isOver: AbortSignal }, parts: RunnerParts): Promise<void> {
  while (!isOver.aborted) {
    await pause(parts.cancelPollMilliseconds, isOver);
    if (isOver.aborted) return;
    try {
      const state = await parts.jobs.find(jobId);
      if (state === undefined || state.cancelRequested) return entry.controller.abort();
    } catch (error) {
      parts.log.warn({ error, job: jobId }, 'The store could not be asked whether the job is still wanted.');
    }
  }
}
