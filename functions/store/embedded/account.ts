import { readFileSync } from 'node:fs';
import { LecternError } from '../../../shared/errors.ts';

/** The user that Postgres and PostgREST run as; empty when that is ourselves. Fits `child_process` options. */
export type Account = { uid: number; gid: number } | Record<string, never>;

/**
 * Postgres refuses to run as root: as root, the account of `postgres`, else of `nobody`, takes its place.
 * @throws LecternError `no_unprivileged_user` when we are root and neither exists
 */
export const unprivilegedAccount = (): Account => {
  if (process.getuid?.() !== 0) return {};
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const entry = entries.find(([name]) => name === 'postgres') ?? entries.find(([name]) => name === 'nobody');
  if (entry === undefined) {
    throw new LecternError('no_unprivileged_user', {
      message: 'Postgres does not run as root, and there is neither a user postgres nor a user nobody.',
      fix: 'Create a user named postgres, or start Lectern as an ordinary user.',
    });
  }
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
};
