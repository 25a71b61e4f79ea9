import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createApp } from './api/app.ts';
import { storedFilms } from './api/film-reader.ts';
import type { ApiParts, FilmReader } from './api/parts.ts';
import { clerkAuth } from './auth/clerk.ts';
import { noAuth } from './auth/none.ts';
import type { Auth } from './auth/port.ts';
import { supabaseAuth } from './auth/supabase.ts';
import { systemClock } from './clock/system.ts';
import { openWorkshop, sharingWorkshop } from './compose.ts';
import { databaseUrlOf, type JobSurroundings, openRunner, openWorker } from './compose-jobs.ts';
import { openLive } from './compose-live.ts';
import { openOutbox, type Publishing } from './compose-publish.ts';
import { openStore, type OpenStore } from './compose-store.ts';
import { sweepNowAndThen } from './compose-sweep.ts';
import { openFlavors, openStudio } from './compose-topic.ts';
import type { Config, ProviderConfig, ServiceConfig, StoreConfig, WorkerConfig } from './config.ts';
import { filmEstimator } from './estimates/estimator.ts';
import { recentHistory } from './estimates/recent-history.ts';
import { sentLessonPlanner } from './jobs/lesson-planner.ts';
import { eventHub } from './progress/follow.ts';
import type { Outbox } from './publish/outbox.ts';
import type { Log, Watch } from './telemetry/port.ts';

/** A store that is started again is back before the last attempt to publish. */
const PUBLISH_RETRY_MS = [500, 1000, 2000, 4000, 8000];

export interface WorkerSettings {
  config: Config;
  store: StoreConfig;
  providers: ProviderConfig;
  worker: WorkerConfig;
  log: Log;
  watch: Watch;
  /** Values that are told nobody. */
  secrets: readonly string[];
}

export interface ServiceSettings extends WorkerSettings {
  service: ServiceConfig;
}

export interface Service {
  app: ReturnType<typeof createApp>;
  /** Closes event streams and refuses new work; running jobs get the time given, and what they have not done by then the next start does. */
  leave: (drainMilliseconds: number) => Promise<void>;
}

/** Composes everything that answers and makes films. @param publicUrl without a slash at its end */
export async function composeService(settings: ServiceSettings, publicUrl: string): Promise<Service> {
  const { config, service, providers, log, watch, secrets } = settings;
  // What cannot work is found out before anything is started.
  const authWith = authOf(service);
  const flavors = await openFlavors(config, log);
  const studio = openStudio(providers, flavors);
  const ownWorkshop = await openWorkshop(config, { providers, startsAhead: service.works, log: () => log });
  const opened = await openStore(config, settings.store, log);
  const workshop = sharingWorkshop(ownWorkshop, { config, objects: opened.objects, sandboxes: opened.store.sandboxes, log });
  const { store } = opened;
  const outbox = openOutbox(config);
  const live = openLive(config, opened.liveObjects);
  const publishing = { store, outbox, publicUrl, log, retryMilliseconds: PUBLISH_RETRY_MS, secrets };
  const jobs = await openJobs({ config, workshop, studio, live, watch }, publishing, { opened, worker: service.works ? settings.worker : undefined });
  const hub = eventHub({
    after: (jobId, sequence) => store.events.after(jobId, sequence),
    databaseUrl: opened.databaseUrl,
    onTrouble: (note, error) => log.warn({ error }, note),
  });
  const closing = new AbortController();
  const stopSweeping = sweepNowAndThen(config, opened, log);
  const app = createApp({
    store,
    auth: authWith(opened),
    events: hub,
    jobs: jobs.runner,
    files: filmReader(storedFilms(store.files, fetch), outbox),
    live: live.films,
    clock: systemClock,
    timer: { every: everySoOften },
    log,
    ...limitsOf(service, providers),
    publicUrl,
    origins: service.origins,
    topics: studio !== undefined,
    estimate: filmEstimator({
      history: recentHistory(() => store.costs.history(), () => systemClock.now()),
      speech: workshop.ports.speech,
      lessonPlanner: sentLessonPlanner,
      ...(studio && { topics: { flavorOf: (name) => studio.flavors.chosen(name).flavor, prices: studio.models } }),
    }),
    flavors: flavors.names,
    version: config.version,
    closing: closing.signal,
    isReady: async () => !closing.signal.aborted,
  });
  return {
    app,
    async leave(drainMilliseconds) {
      closing.abort();
      stopSweeping();
      await jobs.leave(drainMilliseconds);
      await workshop.compute.close();
      await hub.close();
      await opened.close();
    },
  };
}

type Surroundings = Omit<JobSurroundings, 'databaseUrl'>;

/** Accepts jobs, and runs them as well where there is to be a worker in this process. */
async function openJobs(surroundings: Surroundings, publishing: Publishing, { opened, worker }: { opened: OpenStore; worker: WorkerConfig | undefined }) {
  const databaseUrl = databaseUrlOf(opened);
  const working = worker && (await openWorker({ ...surroundings, databaseUrl }, publishing, worker));
  const accepting = await openRunner(databaseUrl, publishing, worker ? undefined : wakerOf(surroundings.config));
  return {
    runner: accepting.runner,
    async leave(drainMilliseconds: number): Promise<void> {
      await working?.drain(drainMilliseconds, (jobId) => accepting.runner.isAcceptedHere(jobId));
      await accepting.close();
    },
  };
}

/** Starts an orchestrator on Modal, where sections are drawn there. The SDK is loaded when it is needed. */
function wakerOf({ compute: { modal } }: Config): (() => Promise<void>) | undefined {
  return modal && (async () => (await import('./compose-deploy.ts')).wakeDeployed(modal.deployment));
}

/** A process that runs jobs which others have accepted. */
export async function composeWorker(settings: WorkerSettings): Promise<Pick<Service, 'leave'>> {
  const { config, providers, log, watch, worker, secrets } = settings;
  const studio = openStudio(providers, await openFlavors(config, log));
  const ownWorkshop = await openWorkshop(config, { providers, startsAhead: true, log: () => log });
  const opened = await openStore(config, settings.store, log);
  const workshop = sharingWorkshop(ownWorkshop, { config, objects: opened.objects, sandboxes: opened.store.sandboxes, log });
  const publishing = { store: opened.store, outbox: openOutbox(config), log, retryMilliseconds: PUBLISH_RETRY_MS, secrets };
  const stopSweeping = sweepNowAndThen(config, opened, log);
  const working = await openWorker({ config, workshop, studio, live: openLive(config, opened.liveObjects), watch, databaseUrl: databaseUrlOf(opened) }, publishing, worker);
  return {
    async leave(drainMilliseconds) {
      stopSweeping();
      try {
        await working.drain(drainMilliseconds, () => false);
      } finally {
        await workshop.compute.close();
        await opened.close();
      }
    },
  };
}

function authOf({ auth, host, clerk }: ServiceConfig): (opened: OpenStore) => Auth {
  if (auth === 'supabase') return ({ tokens }) => supabaseAuth(tokens);
  const chosen = auth === 'clerk' ? clerkAuth(clerk) : noAuth(host);
  return () => chosen;
}

function limitsOf({ limits }: ServiceConfig, { jobMicroDollars }: ProviderConfig): Pick<ApiParts, 'limits' | 'rateLimits'> {
  const { runningJobs, dayMicroDollars, jobsAnHour, requestsAMinute } = limits;
  return {
    limits: { runningJobs, dayMicroDollars, jobMicroDollars },
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
