import { AsyncLocalStorage } from 'node:async_hooks';
import { DBOS, Error as EngineErrors } from '@dbos-inc/dbos-sdk';
import type { Engine, Flow } from '../port.ts';
import { type FlowCall, type JobTicket, SECTIONS, turnOf } from './call.ts';
import { failedWith, type Outcome, valueOf } from './outcome.ts';

/** One flow while it runs in this process. */
export interface FlowRun {
  id: string;
  job: JobTicket;
  /** Aborted when this process may do nothing more for it: it has lost it, or leaves it to others. */
  disowned: AbortController;
}

export interface EngineParts {
  /** How long each part of a job lets younger jobs go first. */
  turnSeconds: number;
  start(call: FlowCall, options: { id: string; queue: string; priority: number }): Promise<unknown>;
  /** The outcome of a flow that may run anywhere. Not a step: it stands in the flow's own row. */
  outcomeOf(id: string): Promise<Outcome<unknown>>;
  onStep(run: FlowRun, name: string): void;
}

/** Of a promise that belongs to a process which is about to end. */
const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** What waits in here is no part of the flow that waits for it. */
export const outsideOfFlows = AsyncLocalStorage.snapshot();

/**
 * The engine of a flow that the database remembers. Steps that have run are not run again, whichever process goes on with the flow;
 * children wait in a queue for any worker. Steps have to be asked for in the same order each time, and are counted as they are asked
 * for: there is nothing to wait for between that and `DBOS.runStep` or `DBOS.startWorkflow`.
 */
export function durableEngine(run: FlowRun, parts: EngineParts): Engine {
  let children = 0;
  const engine: Engine = {
    async step<T>(name: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
      const begin = (): ((signal: AbortSignal) => Promise<T>) => (parts.onStep(run, name), work);
      return valueOf(await heeding(run, () => DBOS.runStep(() => outcomeOfWork(run, begin), { name })));
    },
    async child<Input, Output>(flow: Flow<Input, Output>, key: string, input: Input): Promise<Output> {
      children += 1;
      const id = `${run.job.jobId}-${key}`;
      const call = { flow: flow.name, job: run.job, input };
      await heeding(run, () => parts.start(call, { id, queue: SECTIONS, priority: turnOf(run.job, { part: children, turnSeconds: parts.turnSeconds }) }));
      const outcome = await heeding(run, () => outsideOfFlows(() => parts.outcomeOf(id)));
      return valueOf(outcome) as Output;
    },
  };
  return engine;
}

async function outcomeOfWork<T>({ disowned }: FlowRun, workOf: () => (signal: AbortSignal) => Promise<T>): Promise<Outcome<T>> {
  const cancelled = DBOS.stepStatus?.cancelSignal;
  const stop = new AbortController();
  // Without the engine's own reason: work knows only that it is not wanted any more.
  for (const signal of [cancelled, disowned.signal]) signal?.addEventListener('abort', () => stop.abort(), { once: true });
  if (disowned.signal.aborted) return never();
  try {
    const value = await workOf()(stop.signal);
    return disowned.signal.aborted ? await never() : { value };
  } catch (error) {
    // What it came to is for the next process to find out.
    if (disowned.signal.aborted) return never();
    if (cancelled?.aborted) throw error;
    return failedWith(error);
  }
}

/** Waits for the engine, and says in our words that a job has been cancelled, or is somebody else's by now. */
async function heeding<T>(run: FlowRun, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (run.disowned.signal.aborted) return never();
    if (isCancelled(error)) throw new DOMException('The job was cancelled.', 'AbortError');
    if (isLost(error)) run.disowned.abort();
    throw error;
  }
}

export const isCancelled = (error: unknown): boolean =>
  error instanceof EngineErrors.DBOSWorkflowCancelledError || error instanceof EngineErrors.DBOSAwaitedWorkflowCancelledError;

/** Another process has taken the flow over. */
export const isLost = (error: unknown): boolean => error instanceof EngineErrors.DBOSWorkflowConflictError;
