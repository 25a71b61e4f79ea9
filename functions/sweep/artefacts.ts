import { join } from 'node:path';
import type { Swept } from '../../shared/contract/sweep.ts';
import type { KeptArtefacts } from '../artefacts/port.ts';
import { DAY_MS, filesIn, type FoundFile, HOUR_MS, type Keeping, namesIn, removeFiles, type Sweeping, tooOldOrTooMany } from './files.ts';

/** A shelf, and what is on it: the rest of the hash, and behind it a mark where the copy was never finished. */
const SHELF = /^[0-9a-f]{2}$/;
const ARTEFACT = /^[0-9a-f]{62}$/;

interface ArtefactUse extends Sweeping {
  /** Hashes that the takes of films need. */
  used: ReadonlySet<string>;
  /** Since when jobs run that run now: what they have found or made is younger. */
  runningSince: Date | undefined;
  days: number;
  mostBytes: number;
}

export interface ArtefactSweep extends ArtefactUse {
  folder: string;
}

export interface SharedArtefactSweep extends ArtefactUse {
  objects: KeptArtefacts;
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
  return removeFiles([...tooOldOrTooMany(spare, keepingOf(sweep), usedBytes), ...unfinished], sweep);
}

/** The same of those that workers of several hosts share. */
export async function sweepSharedArtefacts(sweep: SharedArtefactSweep): Promise<Swept> {
  const kept = (await sweep.objects.kept()).map(({ key, sizeBytes, keptSince }) => ({ key, bytes: sizeBytes, usedAt: keptSince.getTime() }));
  const usedBytes = bytesOf(kept.filter(({ key }) => sweep.used.has(key)));
  const gone = tooOldOrTooMany(kept.filter(({ key }) => !sweep.used.has(key)), keepingOf(sweep), usedBytes);
  if (!sweep.dryRun) await sweep.objects.remove(gone.map(({ key }) => key));
  return { count: gone.length, bytes: bytesOf(gone) };
}

const bytesOf = (found: readonly { bytes: number }[]): number => found.reduce((sum, { bytes }) => sum + bytes, 0);

function keepingOf({ now, runningSince, days, mostBytes }: ArtefactUse): Keeping {
  // Between a job's row and its clock may lie what clocks differ by.
  const running = (runningSince?.getTime() ?? Infinity) - HOUR_MS / 60;
  return { youngestAt: Math.min(now.getTime() - HOUR_MS, running), oldestAt: now.getTime() - days * DAY_MS, mostBytes };
}
