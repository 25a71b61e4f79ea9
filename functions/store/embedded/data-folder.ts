import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';
import { type Account, unprivilegedAccount } from './account.ts';

/** Where everything of one embedded stack stands. */
export interface DataFolder {
  root: string;
  postgres: string;
  files: string;
  logs: string;
  /** A copy of the binaries, where those of the package cannot be read by the account that runs them. */
  binaries: string;
  lock: string;
  keys: string;
  jwks: string;
  state: string;
  account: Account;
}

const stateSchema = z.object({
  postgres: z.object({ pid: z.int(), port: z.int() }).optional(),
  postgrest: z.object({ pid: z.int(), port: z.int(), adminPort: z.int() }).optional(),
  gateway: z.object({ pid: z.int(), port: z.int() }).optional(),
});
/** Ports and process ids of what runs on a data folder, or ran last. */
export type StackState = z.infer<typeof stateSchema>;

const ensureReachable = (root: string, account: Account): void => {
  if (account.uid === undefined) return;
  const probe = spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', root], account);
  if (probe.status === 0) return;
  throw new LecternError('data_folder_unreachable', {
    message: `The data folder ${root} cannot be reached by user ${account.uid}, whom Postgres runs as.`,
    fix: 'Name a folder outside private homes in LECTERN_DATA, for example /var/lib/lectern.',
  });
};

/**
 * Creates what is missing of a data folder: secrets and files for us alone, the Postgres folder for its own account.
 * @throws LecternError `data_folder_unreachable` when that account cannot enter the folder
 */
export const openDataFolder = (path: string): DataFolder => {
  const account = unprivilegedAccount();
  mkdirSync(path, { recursive: true, mode: 0o755 });
  const root = realpathSync(path);
  ensureReachable(root, account);
  const folder: DataFolder = {
    root,
    postgres: join(root, 'postgres'),
    files: join(root, 'files'),
    logs: join(root, 'logs'),
    binaries: join(root, 'binaries'),
    lock: join(root, 'stack.lock'),
    keys: join(root, 'keys.json'),
    jwks: join(root, 'jwks.json'),
    state: join(root, 'stack.json'),
    account,
  };
  mkdirSync(folder.files, { recursive: true, mode: 0o700 });
  makeFolderFor(account, folder.logs);
  return folder;
};

/** A folder that only the account may enter. */
export const makeFolderFor = (account: Account, path: string): void => {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (account.uid !== undefined) chownSync(path, account.uid, account.gid);
};

/** Writes a small file so that readers see the old or the new one, never half of it. */
export const replaceFile = (path: string, file: { content: string; mode: number }): void => {
  const fresh = `${path}.new`;
  writeFileSync(fresh, file.content, { mode: file.mode, flush: true });
  renameSync(fresh, path);
};

/** What is not written down, or cannot be read, is found out anew. */
export const readState = (folder: DataFolder): StackState => {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(folder.state, 'utf8')));
  } catch {
    return {};
  }
};

/** To be called under the folder's lock: it reads, changes and writes. */
export const recordState = (folder: DataFolder, change: StackState): void => {
  const content = `${JSON.stringify({ ...readState(folder), ...change }, null, 2)}\n`;
  replaceFile(folder.state, { content, mode: 0o600 });
};
