import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createApp } from './api/app.ts';
import { storedFilms } from './api/film-reader.ts';
import type { ApiParts, FilmReader } from './api/parts.ts';
import { clerkAuth } from './auth/clerk.ts';
import { noAuth } from './auth/none.ts';
import type { Auth } from './auth/port.ts';
import { supabaseAuth } from './auth/supabase.ts';
import { systemClock } from './clock/system.ts';
import { composeJob, lessonAuthors, openWorkshop, type Workshop } from './compose.ts';
import { openOutbox, type Publishing, storeOutlets } from './compose-publish.ts';
import { openStore, type OpenStore } from './compose-store.ts';
import type { Config, ServiceConfig, StoreConfig } from './config.ts';
import { room } from './engine/room.ts';
import { filmEstimator } from './estimates/estimator.ts';
import { noPlanner } from './estimates/no-planner.ts';
import { recentHistory } from './estimates/recent-history.ts';
import { folderJournal } from './jobs/journal.ts';
import { sentLessonPlanner } from './jobs/lesson-planner.ts';
import { InProcessRunner, type RunnerParts } from './jobs/runner.ts';
import { logEvents } from './jobs/log-events.ts';
import { noMaterials } from './materials/none.ts';
import { eventHub } from './progress/follow.ts';
import type { Outbox } from './publish/outbox.ts';
import type { Log } from './telemetry/port.ts';

/** Each has a plan, a workspace and events; their sections share the places of the workshop. */
const JOBS_AT_ONCE = 4;
const CANCEL_POLL_MS = 5000;
/** A store that is started again is back before the last attempt to publish. */
const PUBLISH_RETRY_MS = [500, 1000, 2000, 4000, 8000];

export interface ServiceSettings {
  config: Config;
  store: StoreConfig;
  service: ServiceConfig;
  log: Log;
}

export interface Service {
  app: ReturnType<typeof createApp>;
  /** Closes event streams and refuses new work; running jobs get the time given, and what they have not done by then the next start does. */
  leave: (drainMilliseconds: number) => Promise<void>;
}

/** Composes everything that answers and makes films. @param publicUrl without a slash at its end */
export async function composeService(settings: ServiceSettings, publicUrl: string): Promise<Service> {
  const { config, service, log } = settings;
  // What cannot work is found out before anything is started.
  const authWith = authOf(service);
  const workshop = await openWorkshop(config, {});
  const opened = await openStore(config, settings.store, log);
  const { store } = opened;
  const outbox = openOutbox(config);
  const runner = runnerOf({ workshop, config }, { store, outbox, publicUrl, log, retryMilliseconds: PUBLISH_RETRY_MS });
  const hub = eventHub({
    after: (jobId, sequence) => store.events.after(jobId, sequence),
    databaseUrl: opened.databaseUrl,
    onTrouble: (note, error) => log.warn({ error }, note),
  });
  const closing = new AbortController();
  const app = createApp({
    store,
    auth: authWith(opened),
    events: hub,
    jobs: runner,
    files: filmReader(storedFilms(store.files, fetch), outbox),
    clock: systemClock,
    timer: { every: everySoOften },
    log,
    ...limitsOf(service),
    publicUrl,
    origins: service.origins,
    topics: false,
    estimate: filmEstimator({
      history: recentHistory(() => store.costs.history(), () => systemClock.now()),
      speech: workshop.ports.speech,
      lessonPlanner: sentLessonPlanner,
    }),
    flavors: ['default'],
    version: config.version,
    closing: closing.signal,
    isReady: async () => !closing.signal.aborted,
  });
  await runner.recover();
  return {
    app,
    async leave(drainMilliseconds) {
      closing.abort();
      await runner.drain(drainMilliseconds);
      await hub.close();
      await opened.close();
    },
  };
}

function runnerOf({ workshop, config }: { workshop: Workshop; config: Config }, publishing: Publishing): InProcessRunner {
  const { store, log } = publishing;
  const compose: RunnerParts['compose'] = async ({ jobId, userId, request }, signal) => {
    const listen = logEvents(log.with({ job: jobId }));
    const { writes, ...outlets } = storeOutlets(publishing, { jobId, owner: { userId }, title: '', language: undefined, listen });
    if (request.lesson === undefined) throw noPlanner();
    const authors = lessonAuthors(sentLessonPlanner(request));
    const { ports, close } = await composeJob({ config, workshop, authors, materials: noMaterials, ...outlets, signal });
    return { ports, writes, close };
  };
  return new InProcessRunner({
    jobs: store.jobs,
    compose,
    materials: noMaterials,
    journal: folderJournal(join(config.dataFolder, 'jobs')),
    log,
    places: room(JOBS_AT_ONCE),
    cancelPollMilliseconds: CANCEL_POLL_MS,
  });
}

function authOf({ auth, host, clerk }: ServiceConfig): (opened: OpenStore) => Auth {
  if (auth === 'supabase') return ({ tokens }) => supabaseAuth(tokens);
  const chosen = auth === 'clerk' ? clerkAuth(clerk) : noAuth(host);
  return () => chosen;
}

function limitsOf({ limits }: ServiceConfig): Pick<ApiParts, 'limits' | 'rateLimits'> {
  const { runningJobs, dayMicroDollars, jobsAnHour, requestsAMinute } = limits;
  return {
    limits: { runningJobs, dayMicroDollars },
    rateLimits: { jobs: { limit: jobsAnHour, windowSeconds: 3600 }, requests: { limit: requestsAMinute, windowSeconds: 60 } },
  };
}

/** Films that wait to be published are read from this host, all others from Storage. */
function filmReader(stored: FilmReader, outbox: Outbox): FilmReader {
  return {
    async list(film) {
      if (film.localVideoUrl === null) return stored.list(film);
      return (await outbox.find(film.jobId))?.files ?? [];
    },
    async open(file, signal) {
      const { film, name, range } = file;
      if (film.localVideoUrl === null) return stored.open(file, signal);
      const bytes = createReadStream(outbox.pathOf(film.jobId, name), { start: range.first, end: range.last, signal });
      return Readable.toWeb(bytes) as ReadableStream<Uint8Array>;
    },
  };
}

function everySoOften(milliseconds: number, run: () => void): () => void {
  const interval = setInterval(run, milliseconds).unref();
  return () => clearInterval(interval);
}
