import { join } from 'node:path';
import type { Swept } from '../shared/contract/sweep.ts';
import { isOwned } from './artefacts/work-owner.ts';
import { openStore } from './compose-store.ts';
import type { Config, StoreConfig } from './config.ts';
import { timingKeyOf } from './pipeline/section/narrate.ts';
import type { Housekeeping } from './store/port.ts';
import { sweepArtefacts } from './sweep/artefacts.ts';
import { DAY_MS, type Sweeping } from './sweep/files.ts';
import { sweepFormulas, sweepOutbox, sweepWorkFolders } from './sweep/folders.ts';
import type { Log } from './telemetry/port.ts';

export interface SweepSettings {
  dryRun: boolean;
  /** Artefacts that nobody has asked for so long go. */
  days: number;
  /** The most that artefacts may have together. */
  mostBytes: number;
  formulaBytes: number;
  /** How long events of ended jobs, and logs of failures, are kept. */
  eventDays: number;
}

/** What was swept, by its name. */
export type SweepReport = Record<'work_folders' | 'artefacts' | 'formulas' | 'outbox' | 'events' | 'error_logs' | 'films', Swept>;

/**
 * Removes what nothing needs any more, beside whatever runs. Leftovers of uploads are the embedded store's own, which sweeps at every start. Artefacts are judged by what the store says of takes and jobs, so
 * that nothing goes where it cannot be asked.
 */
export async function sweepAll(config: Config, store: StoreConfig, settings: SweepSettings & { log: Log; now: Date }): Promise<SweepReport> {
  const { dryRun, now } = settings;
  const opened = await openStore(config, store, settings.log);
  try {
    const sweeping: Sweeping = { dryRun, now };
    const { housekeeping } = opened.store;
    const work = await sweepWorkFolders({ ...sweeping, folder: config.workFolder, isOwned });
    const use = await usedArtefacts(housekeeping, work.workingSince);
    const folder = (name: string): string => join(config.dataFolder, name);
    const before = new Date(now.getTime() - settings.eventDays * DAY_MS);
    return {
      work_folders: work.swept,
      artefacts: await sweepArtefacts({ ...sweeping, ...use, folder: folder('artefacts'), days: settings.days, mostBytes: settings.mostBytes }),
      formulas: await sweepFormulas({ ...sweeping, folder: folder('tex'), mostBytes: settings.formulaBytes }),
      outbox: await sweepOutbox({ ...sweeping, folder: folder('outbox') }),
      events: await housekeeping.sweepEvents({ before, dryRun }),
      error_logs: await housekeeping.sweepErrorLogs({ before, dryRun }),
      films: await housekeeping.sweepFilms({ before: new Date(now.getTime() - DAY_MS), dryRun }),
    };
  } finally {
    await opened.close();
  }
}

async function usedArtefacts(housekeeping: Housekeeping, workingSince: Date | undefined): Promise<{ used: Set<string>; runningSince: Date | undefined }> {
  const { clips, narrations, runningSince } = await housekeeping.inUse();
  const times = await Promise.all(narrations.map(timingKeyOf));
  const since = [workingSince, runningSince].flatMap((each) => each?.getTime() ?? []);
  return { used: new Set([...clips, ...narrations, ...times]), runningSince: since.length === 0 ? undefined : new Date(Math.min(...since)) };
}
