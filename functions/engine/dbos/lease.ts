import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { LecternError } from '../../../shared/errors.ts';

export interface LeaseParts {
  pool: Pool;
  /** Names this worker; the first of `<host name>-1`, `-2`, … that is free where absent. */
  name?: string | undefined;
  hostName: string;
  /** The host as processes see it that can see one another, and this process in it. */
  host: string;
  process: string;
  isRunning: (process: string) => boolean;
  /** After how long a worker that says nothing is taken to be dead. */
  silenceSeconds: number;
  /** Called once, when somebody else has taken this worker to be dead. */
  onLost: () => void;
  onTakenOver: (slots: string[]) => void;
}

/** The right of a process to work under a name. */
export interface Lease {
  slot: string;
  /** Names this process in what it reserves. */
  incarnation: string;
  /** Lets go; what is under way goes back to the queues. */
  leave(): Promise<void>;
}

const BEATS_IN_SILENCE = 5;
const MOST_SLOTS = 1000;

/**
 * Takes a name, beats under it, and takes over from workers that do not beat any more.
 * @throws LecternError `worker_name_taken`
 */
export async function holdLease(parts: LeaseParts): Promise<Lease> {
  const incarnation = randomUUID();
  const slot = await claimSlot(parts, incarnation);
  const ended = new AbortController();
  const beating = beat(parts, { slot, incarnation, signal: ended.signal });
  return {
    slot,
    incarnation,
    async leave() {
      ended.abort();
      await beating;
      await parts.pool.query('select public.take_over($1, $2, false)', [slot, incarnation]).catch(() => undefined);
    },
  };
}

async function claimSlot(parts: LeaseParts, incarnation: string): Promise<string> {
  const names = parts.name === undefined ? Array.from({ length: MOST_SLOTS }, (_, index) => `${parts.hostName}-${index + 1}`) : [parts.name];
  for (const slot of names) if (await claim(parts, slot, incarnation)) return slot;
  throw new LecternError('worker_name_taken', {
    message: `Another worker is called ${names[0]}.`,
    fix: 'Give each worker a LECTERN_WORKER_NAME of its own, or none. The name of one that was killed on another host is free again in half a minute.',
  });
}

async function claim({ pool, host, process, isRunning, silenceSeconds }: LeaseParts, slot: string, incarnation: string): Promise<boolean> {
  const { rows: held } = await pool.query<{ host: string; process: string }>('select host, process from public.workers where slot = $1', [slot]);
  const isDead = held.some((worker) => worker.host === host && !isRunning(worker.process));
  const values = [JSON.stringify({ slot, incarnation, host, process }), silenceSeconds, isDead];
  const { rows } = await pool.query<{ claimed: boolean }>('select public.claim_worker($1, $2, $3) as claimed', values);
  return rows[0]?.claimed === true;
}

async function beat(parts: LeaseParts, { slot, incarnation, signal }: { slot: string; incarnation: string; signal: AbortSignal }): Promise<void> {
  const { pool, silenceSeconds, onLost, onTakenOver } = parts;
  /** Since when every beat has been heard: after an outage of the database the others are given time to be heard as well. */
  let heardSince: number | undefined;
  while (!signal.aborted) {
    try {
      const { rows } = await pool.query<{ held: boolean }>('select public.beat_worker($1, $2) as held', [slot, incarnation]);
      if (signal.aborted) return;
      if (rows[0]?.held !== true) return onLost();
      heardSince ??= performance.now();
      const taken = await takeOverFromDead(parts);
      if (performance.now() - heardSince >= silenceSeconds * 1000) taken.push(...(await reap(pool, { silenceSeconds, slot })));
      if (taken.length > 0) onTakenOver(taken);
    } catch {
      heardSince = undefined;
    }
    await delay((silenceSeconds * 1000) / BEATS_IN_SILENCE, undefined, { signal }).catch(() => undefined);
  }
}

async function reap(pool: Pool, { silenceSeconds, slot: own }: { silenceSeconds: number; slot: string }): Promise<string[]> {
  const { rows } = await pool.query<{ slot: string }>('select public.reap_workers($1, $2) as slot', [silenceSeconds, own]);
  return rows.map(({ slot }) => slot);
}

/** Of processes on this host it is known at once that they are no more. */
async function takeOverFromDead({ pool, host, isRunning }: LeaseParts): Promise<string[]> {
  const { rows } = await pool.query<{ slot: string; incarnation: string; process: string }>('select slot, incarnation, process from public.workers where host = $1', [host]);
  const dead = rows.filter(({ process }) => !isRunning(process));
  for (const { slot, incarnation } of dead) await pool.query('select public.take_over($1, $2, true)', [slot, incarnation]);
  return dead.map(({ slot }) => slot);
}
