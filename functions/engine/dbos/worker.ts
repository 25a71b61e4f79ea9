import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Pool } from 'pg';
import type { Engine, Room } from '../port.ts';
import { room } from '../room.ts';
import { APPLICATION, FLOW, type FlowCall, JOBS, type JobTicket, SECTIONS, TURN_SECONDS, VERSION } from './call.ts';
import { type EndedFlows, endedFlows } from './ended-flows.ts';
import { holdLease, type Lease } from './lease.ts';
import { type EngineLog, quietly } from './log.ts';
import { failedWith, type Outcome } from './outcome.ts';
import { enginePool } from './pool.ts';
import { isRunning, thisProcess } from './process-identity.ts';
import { beginTrial } from './rescues.ts';
import { durableEngine, type FlowRun, isLost, outsideOfFlows } from './run.ts';
import { makingTables } from './tables.ts';

/** How much of a queue runs at once. */
export interface QueueWidth {
  perWorker: number;
  inAll: number;
}

/** A flow that is to be run, and whatever it needs for that. */
export interface RunnableFlow {
  call: FlowCall;
  id: string;
  engine: Engine;
  /** Of the process that runs it. */
  incarnation: string;
  /** Aborted when nothing more may be written for it by this process. */
  disowned: AbortSignal;
}

export interface WorkerParts {
  databaseUrl: () => string;
  name: string | undefined;
  silenceSeconds: number;
  jobs: QueueWidth;
  sections: QueueWidth;
  /** How long each part of a job lets younger jobs go first; nothing is passed where it is 0. */
  turnSeconds?: number;
  run(flow: RunnableFlow): Promise<unknown>;
  /** Says that a job has failed, where it has not said so itself. */
  tellFailure(job: JobTicket, error: unknown): Promise<void>;
  log: EngineLog;
}

export interface Worker {
  /** Takes no new jobs but these, lets those that run here end, and hands over what is left when the time is over. */
  drain(milliseconds: number, isOurs: (jobId: string) => boolean): Promise<void>;
}

const CONNECTIONS = 12;
const POLL_MS = 150;
const DRAIN_POLL_MS = 100;
const AGAIN_MS = 1000;

interface Working {
  parts: WorkerParts;
  pool: Pool;
  lease: Lease;
  ended: EndedFlows;
  running: Map<string, FlowRun>;
  trials: Room;
  /** While it is being drained: jobs that may still begin here. */
  admits: (jobId: string) => boolean;
}

/** DBOS is one for each process. */
let working: Working | undefined;
/** One beginning after the other: a worker can be lost before it has wholly begun. */
let beginning: Promise<void> = Promise.resolve();
let isLeaving = false;

const flow = DBOS.registerWorkflow(runCall, { name: FLOW, maxRecoveryAttempts: 1_000_000 });

/**
 * Runs flows from the queues, under a name that no other process has.
 * @throws LecternError `worker_name_taken`, or what the database says
 */
export async function startWorker(parts: WorkerParts): Promise<Worker> {
  isLeaving = false;
  const first = begin(parts);
  beginning = first.catch(() => undefined);
  await first;
  return {
    async drain(milliseconds, isOurs) {
      isLeaving = true;
      await beginning;
      const now = working;
      if (now === undefined) return;
      now.admits = isOurs;
      const end = performance.now() + milliseconds;
      while (performance.now() < end && (await hasJobs(now, isOurs))) await pause(DRAIN_POLL_MS);
      await leave(now);
    },
  };
}

async function begin(parts: WorkerParts): Promise<void> {
  const { databaseUrl, name, silenceSeconds, log } = parts;
  const pool = enginePool(databaseUrl, CONNECTIONS);
  const lease = await holdLease({
    pool,
    name,
    ...thisProcess(),
    isRunning,
    silenceSeconds,
    onLost: () => {
      beginning = beginning.then(() => beginAgain(parts));
    },
    onTakenOver: (workers) => log.warn({ workers }, 'The work of workers that are no more is taken over.'),
  });
  const now: Working = { parts, pool, lease, ended: endedFlows(pool), running: new Map(), trials: room(1), admits: () => true };
  working = now;
  await launch(now).catch(async (error: unknown) => {
    await leave(now);
    throw error;
  });
  log.info({ worker: lease.slot }, 'This process runs jobs.');
}

async function launch({ parts, pool, lease }: Working): Promise<void> {
  const { databaseUrl, log } = parts;
  DBOS.setConfig({
    name: APPLICATION,
    systemDatabaseUrl: databaseUrl(),
    systemDatabasePool: pool,
    executorID: lease.slot,
    applicationVersion: VERSION,
    listenQueues: [JOBS, SECTIONS],
    logger: quietly(log),
  });
  await makingTables(pool, () => DBOS.launch());
  await DBOS.registerQueue(JOBS, widthOf(parts.jobs));
  await DBOS.registerQueue(SECTIONS, widthOf(parts.sections));
}

const widthOf = ({ perWorker, inAll }: QueueWidth) => ({ workerConcurrency: perWorker, globalConcurrency: Math.max(perWorker, inAll), minPollingIntervalMs: POLL_MS });

/** Somebody has taken this process to be dead, and goes on with its work: it forgets all of that, and begins under another name. */
async function beginAgain(parts: WorkerParts): Promise<void> {
  const lost = working;
  if (lost === undefined) return;
  if (isLeaving) return disown(lost);
  parts.log.error({ worker: lost.lease.slot }, 'This worker was silent for too long, and its work is done by others; it begins anew.');
  for (let left = leave(lost); !isLeaving; left = pause(AGAIN_MS)) {
    try {
      await left;
      return await begin(parts);
    } catch (error) {
      parts.log.error({ error }, 'This worker could not begin anew; it tries again.');
    }
  }
}

function disown({ running }: Working): void {
  for (const { disowned } of running.values()) disowned.abort();
}

async function leave(now: Working): Promise<void> {
  working = undefined;
  disown(now);
  now.ended.close();
  await DBOS.shutdown();
  await now.lease.leave();
  await now.pool.end();
}

/** Whether a job runs here, or one that may still begin here waits; where the database cannot be asked, none can begin. */
async function hasJobs({ running, pool }: Working, isOurs: (jobId: string) => boolean): Promise<boolean> {
  if ([...running.values()].some(({ id, job }) => id === job.jobId)) return true;
  const waiting = pool.query<{ id: string }>("select workflow_uuid as id from dbos.workflow_status where status = 'ENQUEUED' and queue_name = $1", [JOBS]);
  return waiting.then(({ rows }) => rows.some(({ id }) => isOurs(id)), () => false);
}

async function runCall(call: FlowCall): Promise<Outcome<unknown>> {
  const now = working;
  const id = DBOS.workflowID;
  if (now === undefined || id === undefined) return new Promise(() => {});
  const isJob = id === call.job.jobId;
  const run: FlowRun = { id, job: call.job, disowned: new AbortController() };
  if (isJob && !now.admits(id)) return giveBack(now, id);
  now.running.set(id, run);
  try {
    const { incarnation } = now.lease;
    const disowned = run.disowned.signal;
    const tried = { pool: now.pool, trials: isJob ? undefined : now.trials, id, incarnation, signal: disowned };
    const endTrial = await outsideOfFlows(() => beginTrial(tried));
    const value = await now.parts.run({ call, id, engine: engineOf(now, run), incarnation, disowned }).finally(() => outsideOfFlows(endTrial));
    return { value };
  } catch (error) {
    if (isLost(error)) throw error;
    if (run.disowned.signal.aborted) return new Promise(() => {});
    if (isJob) await outsideOfFlows(() => endJob(now, call, error));
    return failedWith(error);
  } finally {
    now.running.delete(id);
  }
}

function engineOf(now: Working, run: FlowRun): Engine {
  return durableEngine(run, {
    turnSeconds: now.parts.turnSeconds ?? TURN_SECONDS,
    start: (call, { id, queue, priority }) => DBOS.startWorkflow(flow, { workflowID: id, queueName: queue, enqueueOptions: { priority } })(call),
    async outcomeOf(id) {
      await now.ended.wait(id);
      return DBOS.retrieveWorkflow<Outcome<unknown>>(id).getResult();
    },
    onStep: ({ id }, step) => now.parts.log.debug({ flow: id, step }, 'A step begins.'),
  });
}

/** Puts a job back into its queue, for another worker. */
async function giveBack({ pool, lease }: Working, id: string): Promise<never> {
  await outsideOfFlows(() =>
    pool.query(
      "update dbos.workflow_status set status = 'ENQUEUED', owner_xid = null, started_at_epoch_ms = null where workflow_uuid = $1 and executor_id = $2 and status = 'PENDING'",
      [id, lease.slot],
    ),
  );
  return new Promise(() => {});
}

/** Whatever ended a job, somebody waits to hear of it; and what is still under way of it is not wanted any more. */
async function endJob({ pool, parts }: Working, { job }: FlowCall, error: unknown): Promise<void> {
  const isCancelled = error instanceof DOMException && error.name === 'AbortError';
  if (!isCancelled) await parts.tellFailure(job, error);
  const { rows } = await pool.query<{ id: string }>(
    "select workflow_uuid as id from dbos.workflow_status where parent_workflow_id = $1 and status in ('PENDING', 'ENQUEUED', 'DELAYED')",
    [job.jobId],
  );
  if (rows.length > 0) await DBOS.cancelWorkflows(rows.map((row) => row.id));
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
