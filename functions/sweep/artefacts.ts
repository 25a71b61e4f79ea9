import { join } from 'node:path';
import type { Swept } from '../../shared/contract/sweep.ts';
import { DAY_MS, filesIn, type FoundFile, HOUR_MS, namesIn, removeFiles, type Sweeping, tooOldOrTooMany } from './files.ts';

/** A shelf, and what is on it: the rest of the hash, and behind it a mark where the copy was never finished. */
const SHELF = /^[0-9a-f]{2}$/;
const ARTEFACT = /^[0-9a-f]{62}$/;

export interface ArtefactSweep extends Sweeping {
  folder: string;
  /** Hashes that the takes of films need. */
  used: ReadonlySet<string>;
  /** Since when jobs run that run now: what they have found or made is younger. */
  runningSince: Date | undefined;
  days: number;
  mostBytes: number;
}

/** Artefacts that no take needs and nobody has asked for: too old ones, and the oldest where there are too many. Copies that were broken off. */
export async function sweepArtefacts(sweep: ArtefactSweep): Promise<Swept> {
  const { folder, used, now } = sweep;
  const spare: FoundFile[] = [];
  const unfinished: FoundFile[] = [];
  let usedBytes = 0;
  for (const shelf of (await namesIn(folder)).filter((name) => SHELF.test(name))) {
    for (const file of await filesIn(join(folder, shelf))) {
      if (used.has(`${shelf}${file.name}`)) usedBytes += file.bytes;
      else if (ARTEFACT.test(file.name)) spare.push(file);
      else if (file.usedAt < now.getTime() - DAY_MS) unfinished.push(file);
    }
  }
  // Between a job's row and its clock may lie what clocks differ by.
  const running = (sweep.runningSince?.getTime() ?? Infinity) - HOUR_MS / 60;
  const keeping = { youngestAt: Math.min(now.getTime() - HOUR_MS, running), oldestAt: now.getTime() - sweep.days * DAY_MS, mostBytes: sweep.mostBytes };
  return removeFiles([...tooOldOrTooMany(spare, keeping, usedBytes), ...unfinished], sweep);
}
