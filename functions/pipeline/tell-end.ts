import { faultsOf } from '../../shared/errors.ts';
import type { Progress } from '../progress/port.ts';
import type { MadeFilm } from './types.ts';

/** Whatever happens, a job's events end with one that says how it ended. */
export async function tellEnd(progress: Progress, work: () => Promise<MadeFilm>): Promise<MadeFilm> {
  try {
    const made = await work();
    await progress.tell({ type: 'job.finished', ...made });
    return made;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') await progress.tell({ type: 'job.cancelled' });
    else await progress.tell({ type: 'job.failed', faults: faultsOf(error) });
    throw error;
  }
}
