import { join } from 'node:path';
import { LecternError } from '../shared/errors.ts';
import type { Swept } from '../shared/contract/sweep.ts';
import { isOwned } from './artefacts/work-owner.ts';
import { openLiveFilms } from './compose-live.ts';
import { openStore, type OpenStore } from './compose-store.ts';
import type { FoundSandbox } from './compute/modal/sweep.ts';
import type { Config, StoreConfig } from './config.ts';
import { timingKeyOf } from './pipeline/section/narrate.ts';
import type { Housekeeping } from './store/port.ts';
import { sweepArtefacts, sweepSharedArtefacts } from './sweep/artefacts.ts';
import { DAY_MS, type Sweeping } from './sweep/files.ts';
import { sweepFetched, sweepFormulas, sweepOutbox, sweepWorkFolders } from './sweep/folders.ts';
import { sweepLive } from './sweep/live.ts';
import { type SweepLimits, usualLimits } from './sweep/usual.ts';
import type { Log } from './telemetry/port.ts';

const GIGABYTE = 1e9;

/** What was swept, by its name. */
export type SweepReport = Record<'work_folders' | 'artefacts' | 'shared_artefacts' | 'formulas' | 'fetched' | 'outbox' | 'live' | 'events' | 'error_logs' | 'films', Swept>;

/** The same of a store that is opened for it. @throws LecternError where the store does not answer */
export async function sweepAll(config: Config, store: StoreConfig, { log, ...settings }: SweepLimits & Sweeping & { log: Log }): Promise<SweepReport> {
  const opened = await openStore(config, store, log);
  return sweepHost(config, opened, settings).finally(() => opened.close());
}

/**
 * Ends sandboxes at Modal that no running job needs, and answers all that were found.
 * @throws LecternError `not_at_modal` where sections are not drawn there, and what Modal or the store says
 */
export async function sweepModal(config: Config, store: StoreConfig, { dryRun, log }: { dryRun: boolean; log: Log }): Promise<FoundSandbox[]> {
  const { modal } = config.compute;
  if (modal === undefined) throw new LecternError('not_at_modal', { message: 'Sections are drawn on this host: there are no sandboxes at Modal.', fix: 'Set COMPUTE=modal, and a token.' });
  const [{ ModalClient }, { sweepSandboxes }] = await Promise.all([import('modal'), import('./compute/modal/sweep.ts')]);
  const opened = await openStore(config, store, log);
  const { jobs, sandboxes } = opened.store;
  const connect = (): InstanceType<typeof ModalClient> => new ModalClient({ tokenId: modal.tokenId, tokenSecret: modal.tokenSecret, logLevel: 'error' });
  const isRunning = async (jobId: string): Promise<boolean | undefined> => {
    const job = await jobs.find(jobId);
    return job && job.status === 'processing';
  };
  return sweepSandboxes({ connect, appName: modal.appName, isRunning, known: () => sandboxes.known(), starting: () => sandboxes.starting(), dryRun }).finally(() => opened.close());
}

/**
 * Removes what nothing needs any more, on this host and in the store, beside whatever runs. Leftovers of uploads are the embedded store's own, which sweeps at every start.
 * Artefacts are judged by what the store says of takes and jobs, so that nothing goes where it cannot be asked.
 */
export async function sweepHost(config: Config, opened: Pick<OpenStore, 'store' | 'objects' | 'liveObjects'>, { dryRun, now, ...limits }: SweepLimits & Sweeping): Promise<SweepReport> {
  const sweeping: Sweeping = { dryRun, now };
  const { housekeeping, jobs } = opened.store;
  const work = await sweepWorkFolders({ ...sweeping, folder: config.workFolder, isOwned });
  const use = await usedArtefacts(housekeeping, work.workingSince);
  const folder = (name: string): string => join(config.dataFolder, name);
  const before = new Date(now.getTime() - limits.eventDays * DAY_MS);
  const isRunning = async (jobId: string): Promise<boolean> => (await jobs.find(jobId))?.status === 'processing';
  const artefacts = { ...sweeping, ...use, days: limits.days, mostBytes: limits.gigabytes * GIGABYTE };
  return {
    work_folders: work.swept,
    artefacts: await sweepArtefacts({ ...artefacts, folder: folder('artefacts') }),
    shared_artefacts: opened.objects === undefined ? { count: 0, bytes: 0 } : await sweepSharedArtefacts({ ...artefacts, objects: opened.objects }),
    formulas: await sweepFormulas({ ...sweeping, folder: folder('tex'), mostBytes: limits.formulaGigabytes * GIGABYTE }),
    fetched: await sweepFetched({ ...sweeping, folder: folder('fetched') }),
    outbox: await sweepOutbox({ ...sweeping, folder: folder('outbox') }),
    live: await sweepLive({ ...sweeping, films: openLiveFilms(config, opened.liveObjects), isRunning }),
    events: await housekeeping.sweepEvents({ before, dryRun }),
    error_logs: await housekeeping.sweepErrorLogs({ before, dryRun }),
    films: await housekeeping.sweepFilms({ before: new Date(now.getTime() - DAY_MS), dryRun }),
  };
}

const FIRST_SWEEP_MS = 10 * 60 * 1000;
const SWEEP_EVERY_MS = 6 * 3600 * 1000;

/** Sweeps a while after a process has started, and every few hours from then on; answers what ends that. Processes of one host may do it at the same time. */
export function sweepNowAndThen(config: Config, opened: Pick<OpenStore, 'store' | 'objects' | 'liveObjects'>, log: Log): () => void {
  const sweep = async (): Promise<void> => {
    try {
      const report = await sweepHost(config, opened, { ...usualLimits, dryRun: false, now: new Date() });
      const gone = Object.values(report).reduce((sum, { count, bytes }) => ({ count: sum.count + count, bytes: sum.bytes + bytes }), { count: 0, bytes: 0 });
      if (gone.count > 0) log.info({ ...gone }, 'What nothing needs any more was swept.');
    } catch (error) {
      log.warn({ error }, 'What nothing needs any more could not be swept.');
    }
    next = setTimeout(() => void sweep(), SWEEP_EVERY_MS).unref();
  };
  let next = setTimeout(() => void sweep(), FIRST_SWEEP_MS).unref();
  return () => clearTimeout(next);
}

async function usedArtefacts(housekeeping: Housekeeping, workingSince: Date | undefined): Promise<{ used: Set<string>; runningSince: Date | undefined }> {
  const { clips, narrations, runningSince } = await housekeeping.inUse();
  const times = await Promise.all(narrations.map(timingKeyOf));
  const since = [workingSince, runningSince].flatMap((each) => each?.getTime() ?? []);
  return { used: new Set([...clips, ...narrations, ...times]), runningSince: since.length === 0 ? undefined : new Date(Math.min(...since)) };
}
