import { createHash } from 'node:crypto';
import type { Pool } from 'pg';

const LOCK = createHash('sha256').update('lectern: the tables of the engine').digest().readInt32BE(0);
const LOCK_POLL_MS = 100;
/** Whoever has not come through by then is in trouble of its own, and holds up nobody else. */
const PATIENCE_MS = 20_000;

/**
 * Calls what makes the engine's tables where they are missing, one process after the other: two that begin at once on an empty database
 * would end each other by a deadlock. Whoever dies meanwhile has the lock no more.
 */
export async function makingTables<Value>(pool: Pool, make: () => Promise<Value>): Promise<Value> {
  const connection = await pool.connect();
  // Lost while nothing is asked of it: then the lock is lost, and whoever makes tables hears of it by itself.
  connection.on('error', () => undefined);
  try {
    const until = performance.now() + PATIENCE_MS;
    // Asked for again and again instead of waited for: an index that is built beside others waits for every statement that waits.
    while (!(await connection.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [LOCK])).rows[0]?.held && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
    }
    return await make();
  } finally {
    // The lock goes with it.
    connection.release(true);
  }
}
