import { isForeseen, isRetryable, LecternError } from '../../shared/errors.ts';
import type { Engine } from '../engine/port.ts';
import type { Ports } from '../pipeline/ports.ts';
import { partsOfFilms } from '../pipeline/parts.ts';
import { makeFilm } from '../pipeline/run.ts';
import type { Jobs } from '../store/port.ts';
import type { JobWatch, Log, Watch } from '../telemetry/port.ts';
import { filmRequestOf } from './film-request.ts';
import { pause, type WriteBehind } from './write-behind.ts';

/** The flow that makes a whole film; those of its sections are the pipeline's own. */
export const FILM = 'film';

/** A part of a job that this process is to run. */
export interface JobPart {
  jobId: string;
  /** What it is known by to the engine, and to everything that it tells. */
  id: string;
  flow: string;
  input: unknown;
  engine: Engine;
  /** This process, in what is set aside for its calls. */
  process: string;
  /** Of the service that accepted the job. */
  publicUrl: string;
  /** Aborted when this process may write nothing more for it. */
  disowned: AbortSignal;
}

export type JobOrder = NonNullable<Awaited<ReturnType<Jobs['order']>>>;

/** Everything that one part of a job needs. */
export interface ComposedPart {
  ports: Ports;
  writes: WriteBehind;
  close: () => Promise<void>;
}

export interface FlowRunnerParts {
  jobs: Pick<Jobs, 'order'>;
  compose(part: JobPart, order: JobOrder, watch: JobWatch): Promise<ComposedPart>;
  log: Log;
  watch: Watch;
}

/**
 * Runs a part of a job, from what the job's row says: any process can. What it tells is written before it counts as done.
 * @throws LecternError `job_over` where the film has been deleted, and whatever ends the part
 */
export async function runFlow(part: JobPart, parts: FlowRunnerParts): Promise<unknown> {
  const order = await orderOf(part, parts);
  const watch = parts.watch.job({ job: part.jobId, user: order.userId });
  return watch.run(() => runWatched({ part, order, watch }, parts));
}

async function runWatched({ part, order, watch }: { part: JobPart; order: JobOrder; watch: JobWatch }, parts: FlowRunnerParts): Promise<unknown> {
  const { ports, writes, close } = await parts.compose(part, order, watch);
  const leave = (): void => {
    writes.stop();
    // Something of it may still be writing there.
    close().catch((error: unknown) => parts.log.warn({ error, job: part.jobId }, 'A working folder could not be removed.'));
  };
  part.disowned.addEventListener('abort', leave);
  const engine = settling(part.engine, () => writes.settled());
  try {
    return await flowOf(part, order, { ...ports, engine });
  } catch (error) {
    if (part.flow === FILM) logEnd(error, parts.log.with({ job: part.jobId }));
    throw error;
  } finally {
    await writes.settled();
    part.disowned.removeEventListener('abort', leave);
    await close();
  }
}

/** The job's events have told its user. */
function logEnd(error: unknown, log: Log): void {
  if (error instanceof DOMException && error.name === 'AbortError') log.warn({ error }, 'The job has been stopped.');
  else if (isForeseen(error)) log.warn({ error }, 'The film could not be made.');
  else log.error({ error }, 'The film could not be made, for a reason that nobody has foreseen.');
}

async function flowOf({ jobId, flow, input }: JobPart, { request }: JobOrder, ports: Ports): Promise<unknown> {
  if (flow === FILM) return makeFilm(filmRequestOf({ jobId, request }), ports);
  const found = partsOfFilms(ports).find(({ name }) => name === flow);
  if (found === undefined) throw new Error(`There is no flow called ${flow} in this version.`);
  return found.run(input as never, ports.engine);
}

/** What a step has told stands in the store before the step counts as done: it is not run again, and would not be told again. */
const settling = (engine: Engine, settled: () => Promise<unknown>): Engine => ({
  child: (flow, key, input) => engine.child(flow, key, input),
  step: (name, work) => engine.step(name, (signal) => work(signal).finally(settled)),
});

async function orderOf({ jobId, disowned }: JobPart, { jobs, log }: FlowRunnerParts): Promise<JobOrder> {
  for (;;) {
    try {
      const order = await jobs.order(jobId);
      if (order !== undefined) return order;
      throw new LecternError('job_over', { message: 'The film has been deleted: it is not made.', fix: 'Make it again, if it is wanted.' });
    } catch (error) {
      if (!isRetryable(error) || disowned.aborted) throw error;
      log.warn({ error, job: jobId }, 'The store cannot be reached; the job waits.');
      await pause(1000, disowned);
    }
  }
}
