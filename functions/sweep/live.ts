import type { Swept } from '../../shared/contract/sweep.ts';
import type { LiveFilms } from '../live/port.ts';
import { HOUR_MS, type Sweeping } from './files.ts';

export interface LiveSweep extends Sweeping {
  films: Pick<LiveFilms, 'kept' | 'remove'>;
  isRunning: (jobId: string) => Promise<boolean>;
}

/** What could be watched of films while they were made, an hour after anything was added to it: whoever still watches has got that far by then. */
export async function sweepLive({ films, isRunning, now, dryRun }: LiveSweep): Promise<Swept> {
  const swept: Swept = { count: 0, bytes: 0 };
  for (const { jobId, sizeBytes, changedAt } of await films.kept()) {
    if (changedAt.getTime() > now.getTime() - HOUR_MS || (await isRunning(jobId))) continue;
    if (!dryRun) await films.remove(jobId);
    swept.count += 1;
    swept.bytes += sizeBytes;
  }
  return swept;
}
