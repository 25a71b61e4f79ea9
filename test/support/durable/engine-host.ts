import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { openAcceptor } from '../../../functions/engine/dbos/acceptor.ts';
import { startWorker } from '../../../functions/engine/dbos/worker.ts';
import { inProcessEngine } from '../../../functions/engine/in-process.ts';
import type { Engine, Flow } from '../../../functions/engine/port.ts';
import { room } from '../../../functions/engine/room.ts';
import { dataFolder, startTestStack } from '../supabase.ts';

export interface RunningJob<Output> {
  jobId: string;
  ended: Promise<Output>;
  cancel(): Promise<void>;
}

/** Runs jobs on one adapter of the engine, whose children have room for two at once. */
export interface EngineHost {
  /** Children are found by name among `parts`. */
  run<Output>(root: (engine: Engine) => Promise<Output>, parts?: Flow<never, unknown>[]): RunningJob<Output>;
  close(): Promise<void>;
}

export interface DurableHost extends EngineHost {
  database: pg.Pool;
  /** Jobs that were told to have failed. */
  failed: string[];
}

const ROOM = 2;

export function inProcessHost(): EngineHost {
  const places = room(ROOM);
  return {
    run(root) {
      const cancelled = new AbortController();
      const ended = root(inProcessEngine(places, cancelled.signal));
      return { jobId: randomUUID(), ended, cancel: async () => cancelled.abort() };
    },
    close: async () => {},
  };
}

interface Hosted {
  root: (engine: Engine) => Promise<unknown>;
  parts: Flow<never, unknown>[];
  settle: (outcome: Promise<unknown>) => void;
}

export const WORKER_NAME = 'contract';

const silentLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A Postgres of its own, and this process as the only worker. */
export async function durableHost({ sections = ROOM, turnSeconds }: { sections?: number; turnSeconds?: number } = {}): Promise<DurableHost> {
  const folder = dataFolder();
  const stack = await startTestStack(folder.path);
  const databaseUrl = (): string => stack.databaseUrl;
  const hosted = new Map<string, Hosted>();
  const failed: string[] = [];
  const worker = await startWorker({
    databaseUrl,
    name: WORKER_NAME,
    silenceSeconds: 2,
    jobs: { perWorker: 8, inAll: 8 },
    sections: { perWorker: sections, inAll: sections },
    ...(turnSeconds !== undefined && { turnSeconds }),
    log: silentLog,
    async run({ call, id, engine }) {
      const job = hosted.get(call.job.jobId);
      const part = job?.parts.find(({ name }) => name === call.flow);
      if (part) return part.run(call.input as never, engine);
      const running = job?.root(engine) ?? Promise.reject(new Error(`no job ${id}`));
      void running.then(() => job?.settle(running), () => job?.settle(running));
      return running;
    },
    async tellFailure({ jobId }) {
      failed.push(jobId);
    },
  });
  const acceptor = await openAcceptor(databaseUrl, silentLog);
  const database = new pg.Pool({ connectionString: stack.databaseUrl, max: 2 });
  return {
    database,
    failed,
    run<Output>(root: (engine: Engine) => Promise<Output>, parts: Flow<never, unknown>[] = []): RunningJob<Output> {
      const jobId = randomUUID();
      const ended = new Promise<unknown>((resolve) => hosted.set(jobId, { root, parts, settle: resolve }));
      const accepted = acceptor.accept({ jobId, flow: 'root', publicUrl: 'http://127.0.0.1' });
      return { jobId, ended: accepted.then(() => ended) as Promise<Output>, cancel: () => acceptor.cancel(jobId) };
    },
    async close() {
      await worker.drain(0, () => false);
      await acceptor.close();
      await database.end();
      await stack.stop();
      folder.remove();
    },
  };
}
