import type { Pool } from 'pg';
import { LecternError } from '../../../shared/errors.ts';
import type { Room } from '../port.ts';

/** How often work may have killed its worker. */
const MOST_RESCUES = 3;
/** After so many in a row it is tried by itself: then it is known whether it is to blame. */
const SUSPECT_RESCUES = 2;

export interface Tried {
  pool: Pool;
  id: string;
  /** For one suspect of this process at a time; absent for a whole job, which has to run beside its parts. */
  trials: Room | undefined;
  /** Of this process. */
  incarnation: string;
  signal: AbortSignal;
}

/**
 * To be called before work that may have been taken over from workers which died. What may have killed several of them begins beside no
 * other such work, and nothing else is blamed where this worker dies as well. Answers what is to be called when the work has ended.
 * @throws LecternError `worker_killed` where it is given up, or the signal's reason
 */
export async function beginTrial(tried: Tried): Promise<() => Promise<void>> {
  const { pool, id, incarnation, trials, signal } = tried;
  const rescues = await rescuesOf(tried);
  if (rescues > MOST_RESCUES) throw workerKilled();
  if (rescues < SUSPECT_RESCUES || trials === undefined) return async () => {};
  await trials.enter(signal);
  await pool.query('update public.rescues set tried_by = $2 where workflow_id = $1', [id, incarnation]);
  return async () => {
    trials.leave();
    await pool.query('update public.rescues set tried_by = null where workflow_id = $1 and tried_by = $2', [id, incarnation]).catch(() => undefined);
  };
}

async function rescuesOf({ pool, id }: Pick<Tried, 'pool' | 'id'>): Promise<number> {
  const { rows } = await pool.query<{ rescues: number }>('select rescues from public.rescues where workflow_id = $1', [id]);
  return rows[0]?.rescues ?? 0;
}

const workerKilled = (): LecternError =>
  new LecternError('worker_killed', {
    message: 'Each worker that tried to make this died of it, or with it.',
    fix: 'See in the log of the workers what ended them; less memory for each section may help. Then make it again: what is done is kept.',
    retryable: true,
  });
