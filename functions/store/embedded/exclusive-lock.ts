import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { LecternError } from '../../../shared/errors.ts';

const RETRY_MS = 25;
const PATIENCE_MS = 120_000;
const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean => (error as { errcode?: number }).errcode === SQLITE_BUSY;

const acquire = async (database: DatabaseSync, path: string): Promise<void> => {
  const patienceEnds = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      database.exec('begin exclusive');
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    if (performance.now() > patienceEnds) {
      throw new LecternError('stack_busy', {
        message: `Another process has been holding ${path} for two minutes.`,
        fix: 'See which Lectern process is starting or stopping on this data folder, and end it.',
        retryable: true,
      });
    }
    await delay(RETRY_MS);
  }
};

/**
 * Does `work` while no other process, and nobody else in this one, holds the lock file. The lock is SQLite's own on
 * that file: the kernel lets go of it when its holder is killed, so no lock is ever left behind by the dead.
 */
export const withExclusiveLock = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    chmodSync(path, 0o600);
    await acquire(database, path);
    return await work();
  } finally {
    database.close();
  }
};
