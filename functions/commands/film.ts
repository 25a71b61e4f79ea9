import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { JobEvent } from '../../shared/contract/event.ts';
import { isForeseen } from '../../shared/errors.ts';
import { type Authors, composeJob, folderOutlets, openWorkshop, type Outlets } from '../compose.ts';
import { openWatch } from '../compose-watch.ts';
import { type Config, publicUrlOf, readConfig, readProviderConfig, readServiceConfig, readStoreConfig, readWatchConfig } from '../config.ts';
import { exitCodes } from '../exit-codes.ts';
import { watchedRecords, watchEvents } from '../jobs/watched.ts';
import { makeFilm } from '../pipeline/run.ts';
import type { Ports } from '../pipeline/ports.ts';
import type { JobWatch, Log, Watch } from '../telemetry/port.ts';
import { exitCodeOf, tellFault } from './faults.ts';
import { terminal } from './screen/terminal.ts';

/** What every command that makes a film takes. */
export interface FilmOptions {
  out?: string;
  keepWork?: boolean;
  renderLimit?: number;
  unsafeNoSandbox?: boolean;
  /** Whose film it is in the store. */
  user: string;
  json?: boolean;
  debug?: boolean;
}

/** A film that somebody at the terminal waits for. */
export interface FilmOrder {
  /** What the film is made from, in words for people. */
  source: string;
  /** What the film's files, and by default its folder, are called. */
  name: string;
  /** Kept with the job in the store; the film goes into its folder alone where this is absent. */
  request: Record<string, unknown> | undefined;
  /** The most that the job may cost. */
  capMicroDollars?: number;
  authors: Authors;
  materials: Ports['materials'];
}

/** How long a store is waited for that does not answer when the film is made. */
const STORE_PATIENCE_MS = 2000;
/** Somebody waits at the terminal, and can publish later. */
const PUBLISH_RETRY_MS = [500, 2000];

/**
 * Makes the film that is ordered and shows how it goes; answers the exit status.
 * @param subject what faults are told of: a file, or a topic
 */
export async function filmCommand(subject: string, options: FilmOptions, order: (config: Config) => Promise<FilmOrder>): Promise<number> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  let watch: Watch | undefined;
  try {
    const config = readConfig();
    watch = await openWatch(config, readWatchConfig());
    const jobId = randomUUID();
    const watched = watch.job({ job: jobId, user: options.user });
    return await watched.run(async () => make(await order(config), { config, subject, options, signal: interrupted.signal, jobId, watch: watched }));
  } catch (error) {
    if (interrupted.signal.aborted) return exitCodes.cancelled;
    if (!isForeseen(error)) watch?.unexpected(error, {});
    tellFault(error, subject, options);
    return exitCodeOf(error);
  } finally {
    await watch?.close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

interface Surroundings {
  config: Config;
  subject: string;
  options: FilmOptions;
  signal: AbortSignal;
  jobId: string;
  watch: JobWatch;
}

async function make(order: FilmOrder, { config, subject, options, signal, jobId, watch }: Surroundings): Promise<number> {
  const { name, source, authors, materials } = order;
  const { keepWork = false, unsafeNoSandbox = false, renderLimit } = options;
  const request = { jobId, source, name };
  const screen = terminal(subject, options);
  const workshop = await openWorkshop(config, { providers: readProviderConfig(), renderLimitSeconds: renderLimit, unsafeNoSandbox, log: () => logOf(options) });
  const outFolder = options.out ?? join('films', name);
  const [shown, told] = [screen.listen, watchEvents(watch)];
  const listen = (event: JobEvent): void => [shown, told].forEach((tell) => tell(event));
  const { records, ...outlets } = await outletsOf({ config, options, listen, order, jobId, outFolder });
  // What sections still do after the film has failed is not wanted any more.
  const ended = new AbortController();
  const parts = { config, jobId, workshop, authors, materials, ...outlets, records: watchedRecords(records, watch), signal: AbortSignal.any([signal, ended.signal]), keepWork };
  const composed = await composeJob(parts);
  try {
    const made = await makeFilm(request, composed.ports);
    const published = order.request && !made.local ? made.film : undefined;
    const workFolder = keepWork ? composed.workFolder : undefined;
    screen.finish({ ...made, film: join(outFolder, `${name}.mp4`) }, { workFolder, published });
    return made.partial ? exitCodes.partial : exitCodes.whole;
  } finally {
    ended.abort();
    await composed.close();
    await workshop.compute.close();
    await outlets.close();
  }
}

/** Loaded for those who write one. */
async function logOf({ debug }: Pick<FilmOptions, 'debug'>): Promise<Log> {
  const { openLog } = await import('../compose-log.ts');
  return openLog(debug ? 'info' : 'silent');
}

interface OutletParts {
  config: Config;
  options: FilmOptions;
  listen: (event: JobEvent) => void;
  order: FilmOrder;
  jobId: string;
  outFolder: string;
}

/** Where the film and everything told of it goes: its folder, and the store as well where the order says so. */
async function outletsOf({ config, options, listen, order, jobId, outFolder }: OutletParts): Promise<Outlets & { close(): Promise<void> }> {
  const { request, source, capMicroDollars } = order;
  if (request === undefined) return { ...folderOutlets(jobId, outFolder, listen), close: async () => {} };
  // Loaded for those who publish: a store's client takes a while.
  const [log, { openStore }, { openOutbox, storeOutlets }] = await Promise.all([
    logOf(options),
    import('../compose-store.ts'),
    import('../compose-publish.ts'),
  ]);
  const publicUrl = publicUrlOf(readServiceConfig());
  const opened = await openStore(config, readStoreConfig(), log);
  const owner = { subject: options.user, topic: source, request };
  const job = { jobId, owner, title: source, language: undefined, listen, outFolder, capMicroDollars };
  const { writes, ...outlets } = storeOutlets(
    { store: opened.store, outbox: openOutbox(config), publicUrl, log, retryMilliseconds: PUBLISH_RETRY_MS, secrets: readWatchConfig().secrets },
    job,
  );
  return {
    ...outlets,
    async close() {
      const isWritten = await writes.settled(STORE_PATIENCE_MS);
      writes.stop();
      if (!isWritten) log.warn({ job: jobId }, 'The store lacks events of this job.');
      await opened.close();
    },
  };
}
