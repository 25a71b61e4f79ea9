import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { JobEvent } from '../shared/contract/event.ts';
import { LecternError } from '../shared/errors.ts';
import { systemClock } from './clock/system.ts';
import type { Outlets } from './compose.ts';
import type { Config } from './config.ts';
import { storeCosts } from './costs/store.ts';
import { type WriteBehind, writeBehind } from './jobs/write-behind.ts';
import type { JobReading } from './progress/job-reading.ts';
import { sharedLog } from './progress/shared-log.ts';
import { storeLog } from './progress/store-log.ts';
import { folderPublisher } from './publish/folder.ts';
import { type FilmOwner, folderOutbox, type Outbox, type WaitingFilm } from './publish/outbox.ts';
import type { Publisher } from './publish/port.ts';
import { sendFilm } from './publish/send.ts';
import { storePublisher } from './publish/store.ts';
import { storeArchive } from './records/archive.ts';
import { noRecords } from './records/none.ts';
import { type RecordStore, storeRecords } from './records/store.ts';
import type { NewJob, Store } from './store/port.ts';
import type { Log } from './telemetry/port.ts';
import { keyless } from './telemetry/scrub.ts';

const TITLE_CHARACTERS = 300;

export const openOutbox = (config: Config): Outbox => folderOutbox(join(config.dataFolder, 'outbox'));

export interface Publishing {
  store: Store;
  outbox: Outbox;
  /** Of the service that shows what is published. */
  publicUrl: string;
  log: Log;
  /** Between attempts to publish; after the last the film waits in the outbox. */
  retryMilliseconds: readonly number[];
  /** Values that stand in nothing that is kept, such as the keys that are set. */
  secrets: readonly string[];
}

export interface PublishedJob {
  jobId: string;
  owner: FilmOwner;
  title: string;
  language: string | undefined;
  listen: (event: JobEvent) => void;
  /** The film that it works on, where it is not to make one of its own. */
  again?: { of: string; section?: number | undefined } | undefined;
  /** The most that the job may cost, in micro-dollars. */
  capMicroDollars?: number | undefined;
  /** A folder that the film goes to as well. */
  outFolder?: string;
  /** Where several processes make a job: the part of it that this is, and the process. What is told again is kept once then. */
  part?: { flow: string; process: string; reading: JobReading };
}

/** Everything of a job into the store: events, progress, sections, costs, logs of failures, and the film. */
export function storeOutlets(publishing: Publishing, job: PublishedJob): Outlets & { writes: WriteBehind } {
  const { store, outbox, publicUrl, log, retryMilliseconds, secrets } = publishing;
  const { jobId, owner, again } = job;
  const filmId = again?.of ?? jobId;
  const jobLog = log.with({ job: jobId });
  const onTrouble = (note: string, error: unknown): void => jobLog.warn({ error }, note);
  const writes = writeBehind(onTrouble);
  const write = (work: () => Promise<unknown>): void => writes.add(work);
  const kept = keyless(secrets);
  const recordStore: RecordStore = {
    sections: store.sections,
    errorLogs: { record: (entry) => store.errorLogs.record(kept(entry)) },
    failures: { record: (id, failure) => store.failures.record(id, kept(failure)) },
  };
  let userId: Promise<string> | undefined;
  const ensureJob = (): Promise<string> => {
    userId ??= ownerOf(store, job).catch((error: unknown) => {
      userId = undefined;
      throw error;
    });
    return userId;
  };
  if (!('userId' in owner)) write(ensureJob);
  const addressOf = (id: string): string => `${publicUrl}/v1/videos/${id}`;
  const address = addressOf(filmId);
  const inStore = storePublisher({ outbox, store, address, owner, ensureJob, retryMilliseconds, onTrouble });
  return {
    writes,
    costs: storeCosts({ jobId, madeBy: job.part?.process, ensureJob, store: store.costs, write }),
    // What is joined anew are takes that are there.
    records: again && again.section === undefined ? noRecords : storeRecords({ jobId: filmId, run: job.part?.flow ?? randomUUID(), userId: ensureJob, store: recordStore, write }),
    archive: storeArchive({ parts: (id) => writes.read(() => store.sections.parts(id)) }, (id) => `${addressOf(id)}/file`),
    publisher: job.outFolder === undefined ? inStore : oneAfterTheOther(folderPublisher(job.outFolder), inStore),
    progress: logOf(job, (entry) => store.events.append(kept(entry)), writes),
  };
}

function logOf({ jobId, part, listen }: PublishedJob, append: Store['events']['append'], writes: WriteBehind): Outlets['progress'] {
  const writing = { append, jobId, write: (work: () => Promise<unknown>) => writes.add(work), isBehind: () => writes.waiting > 1 };
  if (part === undefined) return storeLog({ ...writing, run: randomUUID(), now: () => systemClock.now(), listeners: [listen] });
  return sharedLog({ ...writing, flow: part.flow, reading: part.reading, read: (work) => writes.read(work), listen });
}

const oneAfterTheOther = (first: Publisher, second: Publisher): Publisher => ({
  async publish(film, signal) {
    await first.publish(film, signal);
    return second.publish(film, signal);
  },
});

/** The id of the job's owner; the job has a row from then on. */
async function ownerOf({ users, jobs }: Pick<Store, 'users' | 'jobs'>, job: Omit<PublishedJob, 'listen'>): Promise<string> {
  if ('userId' in job.owner) return job.owner.userId;
  const { subject, topic, request } = job.owner;
  const userId = await users.ensure(subject);
  const row: NewJob = {
    userId,
    jobId: job.jobId,
    requestHash: createHash('sha256').update(job.jobId).digest('hex'),
    topic,
    title: [...job.title].slice(0, TITLE_CHARACTERS).join(''),
    language: job.language,
    request,
    capMicroDollars: job.capMicroDollars,
  };
  const { outcome } = await jobs.create(row, {});
  if (outcome === 'created' || outcome === 'existing') return userId;
  throw new LecternError('job_taken', { message: 'A job of this id belongs to somebody else.', fix: 'Make the film again: it gets an id of its own.' });
}

/**
 * Publishes a film that waits in the outbox, and ends its job where nobody has done so; answers the film's address.
 * @throws LecternError `nothing_to_publish`, or what the store says
 */
export async function publishWaiting({ store, outbox, publicUrl }: Pick<Publishing, 'store' | 'outbox' | 'publicUrl'>, jobId: string, signal: AbortSignal): Promise<string> {
  const film = await outbox.find(jobId);
  if (film === undefined) {
    const message = `No film of job ${jobId} waits here to be published.`;
    throw new LecternError('nothing_to_publish', { message, fix: 'See `npm run publish` for those that wait.' });
  }
  const { owner, title, language, partial, durationSeconds } = film;
  const userId = await ownerOf(store, { jobId, owner, title, language });
  const address = `${publicUrl}/v1/videos/${jobId}`;
  await sendFilm(film, { outbox, store, userId, address }, signal);
  await endJob(store, film, `${address}/file`);
  await outbox.remove(jobId);
  return `${address}/file (${partial ? 'partial, ' : ''}${Math.round(durationSeconds)} s)`;
}

const endJob = ({ events }: Pick<Store, 'events'>, { jobId, partial, durationSeconds }: WaitingFilm, film: string): Promise<unknown> =>
  events.append({
    jobId,
    happening: { type: 'job.finished', partial, durationSeconds, film },
    progress: { status: 'completed', stage: 4, percentage: 100, message: 'The film is ready.', videoUrl: film, partial },
    key: 'published',
  });
