import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { composeJob, folderOutlets } from '../../../functions/compose.ts';
import { openLive } from '../../../functions/compose-live.ts';
import { topicAuthors } from '../../../functions/compose-topic.ts';
import { readConfig } from '../../../functions/config.ts';
import { room } from '../../../functions/engine/room.ts';
import { noMaterials } from '../../../functions/materials/none.ts';
import { makeFilm } from '../../../functions/pipeline/run.ts';
import { scratchFolder } from '../command-line.ts';
import { caller, stackOf, startScript, startService, until } from '../service.ts';
import type { Drawing } from './latencies.ts';
import { topicOf } from './providers.ts';
import { drawnStudio, flavorName } from './studio.ts';

const PATIENCE_MS = 1_800_000;
const QUALITY = 'preview';
/** A worker that has just been started looks for its queues once a second. */
const SETTLE_MS = 1500;

export interface FilmSize {
  sections: number;
  /** How many sections are made at once. */
  slots: number;
}

/** What was told of a film, and when, in milliseconds since it was asked for. */
export interface ToldEvent {
  type: string;
  afterMilliseconds: number;
  phase?: string;
  section?: number;
  seconds?: number;
  message?: string;
}

/** Makes films, one after the other, and answers what was told of each. */
export interface FilmMaker {
  make(size: FilmSize): Promise<ToldEvent[]>;
  close(): Promise<void>;
}

let films = 0;
const nextFilm = (): number => (films += 1);

/** By a service, and so many workers with a process each, which share an embedded Postgres and the slots. */
export async function durableMaker(workers: number, drawing: Drawing): Promise<FilmMaker> {
  const data = scratchFolder();
  const shared = { LECTERN_DATA: data.path, AUTH: 'none', LECTERN_LOG_LEVEL: 'error', LECTERN_JOB_DOLLARS: '1000', LECTERN_DAY_DOLLARS: '100000' };
  const stack = await stackOf(shared);
  // The service has to know of a model to take topics; it asks none.
  const service = await startService({ ...shared, LECTERN_SERVE_WORKER: 'no', ANTHROPIC_API_KEY: 'none' });
  const database = new pg.Pool({ connectionString: stack.values['DATABASE_URL'], max: 1 });
  const call = caller(service.url);

  const made = async ({ sections }: FilmSize): Promise<ToldEvent[]> => {
    const body = { topic: topicOf(nextFilm(), sections), quality: QUALITY, config_flavor: flavorName(sections) };
    await call('/v1/estimates', { body });
    await delay(SETTLE_MS);
    const asked = Date.now();
    const answer = await call('/v1/jobs', { body });
    if (answer.status !== 202) throw new Error(`The film was not accepted: ${await answer.text()}`);
    const { job_id: jobId } = (await answer.json()) as { job_id: string };
    await until(async () => (await database.query("select from public.job_progress where job_id = $1 and status <> 'processing'", [jobId])).rows.length > 0, PATIENCE_MS);
    const { rows } = await database.query<{ type: string; data: object; at: Date }>('select type, data, created_at as at from public.job_events where job_id = $1 order by sequence', [jobId]);
    return rows.map(({ type, data: told, at }) => ({ ...told, type, afterMilliseconds: at.getTime() - asked }));
  };
  return {
    async make(size) {
      const places = { LECTERN_SECTIONS_PER_WORKER: String(size.slots / workers), LECTERN_SECTIONS_IN_ALL: String(size.slots) };
      const start = () => startScript(['test/bench/pipeline-worker.ts', JSON.stringify(drawing)], { ...shared, ...places });
      const running = await Promise.all(Array.from({ length: workers }, start));
      try {
        return await made(size);
      } finally {
        for (const worker of running) await worker.stop();
        process.stderr.write(running.map((worker) => worker.stderr()).join(''));
      }
    },
    async close() {
      await database.end();
      await service.stop();
      await stack.leave();
      data.remove();
    },
  };
}

/** In this process, with nothing written down, as the command line makes them. */
export async function inProcessMaker(drawing: Drawing): Promise<FilmMaker> {
  const data = scratchFolder();
  const config = { ...readConfig(), dataFolder: data.path, workFolder: join(data.path, 'work') };
  const { workshop, studio } = await drawnStudio(config, drawing);
  const live = openLive(config);
  return {
    async make({ sections, slots }) {
      const jobId = randomUUID();
      const told: ToldEvent[] = [];
      const asked = performance.now();
      const outlets = folderOutlets(jobId, join(data.path, 'films', jobId), (event) => told.push({ ...event, afterMilliseconds: performance.now() - asked } as ToldEvent));
      const topic = topicOf(nextFilm(), sections);
      const { ports, close } = await composeJob({
        config,
        jobId,
        workshop: { ...workshop, places: room(slots) },
        authors: topicAuthors(studio, { topic, flavor: flavorName(sections), wishes: { quality: QUALITY } }),
        materials: noMaterials,
        ...outlets,
        live: live.of(jobId),
        signal: new AbortController().signal,
      });
      try {
        await makeFilm({ jobId, source: topic, name: 'film' }, ports);
      } finally {
        await close();
      }
      return told;
    },
    close: async () => data.remove(),
  };
}
