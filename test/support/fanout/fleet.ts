import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { scratchFolder } from '../command-line.ts';
import type { Drawing } from '../pipeline/latencies.ts';
import { topicOf } from '../pipeline/providers.ts';
import { flavorName } from '../pipeline/studio.ts';
import { caller, startScript, startService, until } from '../service.ts';
import { type ProcessUse, useOf } from './process-use.ts';
import { countingStack } from './stack.ts';

const PATIENCE_MS = 3_600_000;
/** A worker that has just been started looks for its queues once a second. */
const SETTLE_MS = 1500;
const IDLE_MS = 3000;
const PLANNED = 2;
const DRAWN = 3;

export interface FanOutSize {
  sections: number;
  /** Sandboxes at once, at most. */
  slots: number;
}

/** From the moment when the plan was told to the one when the last section was done. */
export interface FanOut {
  seconds: number;
  /** Of the worker. */
  use: ProcessUse;
  statements: number;
  /** A second, of a worker that has nothing to do. */
  idleStatements: number;
  events: number;
  /** Sandboxes that were paid: more than sections are sections that were drawn twice. */
  sandboxes: number;
  /** Sections that could be watched by then. */
  shown: number;
}

export interface Fleet {
  fanOut(size: FanOutSize): Promise<FanOut>;
  close(): Promise<void>;
}

/** Service, store, worker and Modal, with a process each; a new worker and a new Modal for every film. */
export async function openFleet(drawing: Drawing): Promise<Fleet> {
  const data = scratchFolder();
  const shared = { LECTERN_DATA: data.path, AUTH: 'none', LECTERN_LOG_LEVEL: 'error', LECTERN_JOB_DOLLARS: '1000', LECTERN_DAY_DOLLARS: '100000' };
  const stack = await countingStack(shared);
  // The service has to know of a model to take topics; it asks none.
  const service = await startService({ ...shared, LECTERN_SERVE_WORKER: 'no', ANTHROPIC_API_KEY: 'none' });
  const call = caller(service.url);

  const post = async (sections: number, film: number): Promise<string> => {
    const body = { topic: topicOf(film, sections), quality: 'preview', config_flavor: flavorName(sections) };
    const answer = await call('/v1/jobs', { body });
    if (answer.status !== 202) throw new Error(`The film was not accepted: ${await answer.text()}`);
    return ((await answer.json()) as { job_id: string }).job_id;
  };
  let films = 0;
  const measured = async ({ sections }: FanOutSize, pid: number): Promise<FanOut> => {
    const idle = await statementsIn(IDLE_MS, stack.statements);
    const jobId = await post(sections, (films += 1));
    const before = await until(async () => (await stageOf(stack.database, jobId)) >= PLANNED && { use: useOf(pid), statements: await stack.statements() }, PATIENCE_MS);
    await until(async () => (await stageOf(stack.database, jobId)) >= DRAWN, PATIENCE_MS);
    const after = { use: useOf(pid), statements: await stack.statements() };
    const told = await toldOf(stack.database, jobId);
    await call(`/v1/jobs/${jobId}/cancel`, { method: 'POST' });
    if (told.drawn !== sections || told.failed > 0) throw new Error(`Of ${sections} sections ${told.drawn} were drawn, and ${told.failed} failed.`);
    return { ...told, statements: after.statements - before.statements, idleStatements: idle, use: used(before.use, after.use) };
  };
  return {
    async fanOut(size) {
      const modal = await startScript(['test/bench/fanout-modal.ts', JSON.stringify(drawing)], {});
      const places = { LECTERN_SECTIONS_PER_WORKER: String(size.slots), LECTERN_SECTIONS_IN_ALL: String(size.slots) };
      const reach = { COMPUTE: 'modal', ...(JSON.parse(modal.lines[0] ?? '') as Record<string, string>) };
      const worker = await startScript(['test/bench/fanout-worker.ts'], { ...shared, ...places, ...reach });
      try {
        await delay(SETTLE_MS);
        return await measured(size, worker.process.pid ?? 0);
      } finally {
        await worker.stop();
        await modal.stop();
        process.stderr.write(worker.stderr() + modal.stderr());
      }
    },
    async close() {
      await service.stop();
      await stack.leave();
      data.remove();
    },
  };
}

async function statementsIn(milliseconds: number, statements: () => Promise<number>): Promise<number> {
  const [before, begun] = [await statements(), performance.now()];
  await delay(milliseconds);
  return ((await statements()) - before) / ((performance.now() - begun) / 1000);
}

const used = (before: ProcessUse, after: ProcessUse): ProcessUse => ({
  cpuMilliseconds: after.cpuMilliseconds - before.cpuMilliseconds,
  childCpuMilliseconds: after.childCpuMilliseconds - before.childCpuMilliseconds,
  peakMemoryMib: after.peakMemoryMib,
});

/** How far the job's row says that it is: 2 once it is planned, 3 once all sections are drawn. Throws where there will be no film. */
async function stageOf(database: pg.Pool, jobId: string): Promise<number> {
  const { rows } = await database.query<{ stage: number; status: string; message: string }>('select current_stage as stage, status, message from public.job_progress where job_id = $1', [jobId]);
  const [job] = rows;
  if (job?.status === 'failed') throw new Error(`There was no film: ${job.message}`);
  return job?.stage ?? 0;
}

type Told = Pick<FanOut, 'seconds' | 'events' | 'sandboxes' | 'shown'> & { drawn: number; failed: number };

async function toldOf(database: pg.Pool, jobId: string): Promise<Told> {
  const { rows } = await database.query<Told>(
    `select extract(epoch from max(created_at) filter (where data ->> 'phase' = 'stitch') - max(created_at) filter (where type = 'plan.ready'))::float8 as seconds,
       count(*)::int as events, (count(*) filter (where type = 'section.ready'))::int as shown, (count(*) filter (where type = 'section.finished'))::int as drawn,
       (count(*) filter (where type = 'section.failed'))::int as failed,
       (select count(*)::int from public.cost_entries c where c.job_id = $1 and c.model = 'sandbox-render') as sandboxes
     from public.job_events where job_id = $1`,
    [jobId],
  );
  if (rows[0] === undefined) throw new Error('nothing was told of the film');
  return rows[0];
}
