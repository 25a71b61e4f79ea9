import { LecternError } from '../../shared/errors.ts';
import { nextProgress, noProgress } from '../../shared/job-progress.ts';
import type { JobRequest, JobRunner } from '../api/parts.ts';
import type { Materials } from '../materials/port.ts';
import type { Store } from '../store/port.ts';
import type { Log } from '../telemetry/port.ts';
import { checkRequest } from './check-request.ts';
import { FILM } from './run-flow.ts';
import { pause } from './write-behind.ts';

/** The queue that accepted jobs stand in. */
export interface JobQueue {
  accept(job: { jobId: string; flow: string; publicUrl: string }): Promise<void>;
  cancel(jobId: string): Promise<void>;
  forgotten(seconds: number): Promise<string[]>;
  halfCancelled(seconds: number): Promise<string[]>;
  unattended(seconds: number): Promise<boolean>;
}

export interface DurableRunnerParts {
  queue: JobQueue;
  events: Pick<Store['events'], 'append'>;
  materials: Materials;
  publicUrl: string;
  log: Log;
  /** Starts a worker elsewhere; absent where workers are started by somebody else. */
  wake?: (() => Promise<void>) | undefined;
}

const LOOK_AROUND_MS = 5000;
/** Accepting and cancelling take less. */
const FORGOTTEN_SECONDS = 15;
/** A worker that is there beats several times in it. */
const UNHEARD_SECONDS = 30;

/** Accepts jobs into a queue that outlives this process; workers run them, here or elsewhere. */
export class DurableRunner implements JobRunner {
  readonly #parts: DurableRunnerParts;
  readonly #accepted = new Set<string>();
  readonly #closing = new AbortController();
  readonly #lookingAround: Promise<void>;
  #waking: Promise<void> | undefined;

  constructor(parts: DurableRunnerParts) {
    this.#parts = parts;
    this.#lookingAround = this.#lookAround();
  }

  check(request: JobRequest): Promise<{ title: string; language: string }> {
    return checkRequest(request, this.#parts.materials);
  }

  async start(jobId: string): Promise<void> {
    if (this.#closing.signal.aborted) throw leavingService();
    const { queue, publicUrl } = this.#parts;
    await queue.accept({ jobId, flow: FILM, publicUrl });
    this.#accepted.add(jobId);
  }

  /** Stops the job wherever it runs, and ends it: what it still tells comes too late. */
  async cancel(jobId: string): Promise<void> {
    await this.#parts.queue.cancel(jobId);
    const { status, message, errorCode, errorMessage, cancelled } = nextProgress(noProgress, { type: 'job.cancelled' });
    const progress = { status, message, cancelled, ...(errorCode && { errorCode }), ...(errorMessage && { errorMessage }) };
    await this.#parts.events.append({ jobId, happening: { type: 'job.cancelled' }, progress, key: 'cancelled' });
  }

  isAcceptedHere(jobId: string): boolean {
    return this.#accepted.has(jobId);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#lookingAround;
  }

  /** Finishes what processes that were killed had begun: to accept a job, or to cancel it. */
  async #lookAround(): Promise<void> {
    const { queue, publicUrl, log } = this.#parts;
    while (!this.#closing.signal.aborted) {
      try {
        for (const jobId of await queue.forgotten(FORGOTTEN_SECONDS)) await queue.accept({ jobId, flow: FILM, publicUrl });
        for (const jobId of await queue.halfCancelled(FORGOTTEN_SECONDS)) await this.cancel(jobId);
        if (this.#parts.wake && (await queue.unattended(UNHEARD_SECONDS))) this.#wakeWith(this.#parts.wake);
      } catch (error) {
        log.warn({ error }, 'Jobs that were begun to be accepted or cancelled could not be looked for.');
      }
      await pause(LOOK_AROUND_MS, this.#closing.signal);
    }
  }

  /** One at a time, and beside everything else: a worker elsewhere takes minutes to come up. */
  #wakeWith(wake: () => Promise<void>): void {
    this.#waking ??= wake()
      .catch((error: unknown) => this.#parts.log.warn({ error }, 'Jobs wait, and no worker could be started for them.'))
      .finally(() => (this.#waking = undefined));
  }
}

const leavingService = (): LecternError =>
  new LecternError('service_leaving', { message: 'This service is being stopped.', fix: 'Try again in a moment.', retryable: true });
