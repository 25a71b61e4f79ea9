import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Swept } from '../../shared/contract/sweep.ts';
import { DAY_MS, filesIn, HOUR_MS, namesIn, removeFiles, sizeOf, type Sweeping, tooOldOrTooMany } from './files.ts';

export interface WorkSweep extends Sweeping {
  folder: string;
  /** Whether the process is there that a work folder belongs to; undefined where nobody knows. */
  isOwned(folder: string): Promise<boolean | undefined>;
}

export interface WorkFolders {
  swept: Swept;
  /** When the oldest was made that a process works in. */
  workingSince: Date | undefined;
}

/** Work folders of processes that are no more, and those a day old of which nobody knows whose they are. */
export async function sweepWorkFolders(sweep: WorkSweep): Promise<WorkFolders> {
  const swept: Swept = { count: 0, bytes: 0 };
  let workingSince: number | undefined;
  for (const name of (await namesIn(sweep.folder)).filter((each) => each.startsWith('job-'))) {
    const folder = join(sweep.folder, name);
    const owned = await sweep.isOwned(folder);
    const { bytes, usedAt } = await sizeOf(folder);
    if (owned === true || (owned === undefined && usedAt > sweep.now.getTime() - DAY_MS)) {
      const madeAt = (await stat(folder).catch(() => undefined))?.birthtimeMs;
      if (madeAt !== undefined) workingSince = Math.min(workingSince ?? Infinity, madeAt);
      continue;
    }
    if (!sweep.dryRun) await rm(folder, { recursive: true, force: true });
    swept.count += 1;
    swept.bytes += bytes;
  }
  return { swept, workingSince: workingSince === undefined ? undefined : new Date(workingSince) };
}

/** Folders of the outbox in which a film was begun to be put a day ago, and never was: one that waits has its manifest. */
export async function sweepOutbox({ folder, ...sweep }: Sweeping & { folder: string }): Promise<Swept> {
  const swept: Swept = { count: 0, bytes: 0 };
  for (const name of await namesIn(folder)) {
    const film = join(folder, name);
    const { bytes, usedAt } = await sizeOf(film);
    if ((await namesIn(film)).includes('film.json') || usedAt > sweep.now.getTime() - DAY_MS) continue;
    if (!sweep.dryRun) await rm(film, { recursive: true, force: true });
    swept.count += 1;
    swept.bytes += bytes;
  }
  return swept;
}

/** The oldest pictures of formulas where there are too many; a scene that needs one has it set again. */
export async function sweepFormulas({ folder, mostBytes, ...sweep }: Sweeping & { folder: string; mostBytes: number }): Promise<Swept> {
  const youngestAt = sweep.now.getTime() - HOUR_MS;
  return removeFiles(tooOldOrTooMany(await filesIn(folder), { youngestAt, oldestAt: 0, mostBytes }), sweep);
}
