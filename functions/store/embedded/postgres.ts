import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { LecternError } from '../../../shared/errors.ts';
import { type PostgresBinaries, postgresBinaries } from './binaries.ts';
import { type DataFolder, makeFolderFor, readState } from './data-folder.ts';
import type { StackKeys } from './keys.ts';
import { freePort } from './ports.ts';
import { run, runsProgram } from './processes.ts';

export interface PostgresServer {
  pid: number;
  port: number;
  /** False when it was running already: shared, or left behind by somebody who was killed. */
  startedHere: boolean;
}
export type DatabaseRole = keyof StackKeys['passwords'];

const SERVER_SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  jit: 'off',
};
const START_ATTEMPTS = 20;
const STOP_PATIENCE_MS = 5_000;
const STOP_POLL_MS = 20;
const START_RETRY_MS = 300;
const PROBE_TIMEOUT_MS = 1500;

export const databaseUrl = (role: DatabaseRole, at: { keys: StackKeys; port: number }): string =>
  `postgres://${role}:${at.keys.passwords[role]}@127.0.0.1:${at.port}/postgres`;

const initialise = async (folder: DataFolder, tools: { binaries: PostgresBinaries; keys: StackKeys }): Promise<void> => {
  const passwordFile = join(folder.logs, 'initial-password');
  writeFileSync(passwordFile, tools.keys.passwords.supabase_admin, { mode: 0o600 });
  if (folder.account.uid !== undefined) chownSync(passwordFile, folder.account.uid, folder.account.gid);
  // A cluster that is half made looks whole to Postgres: it gets its name when it is complete.
  const fresh = `${folder.postgres}.new`;
  rmSync(fresh, { recursive: true, force: true });
  makeFolderFor(folder.account, fresh);
  const outcome = await run({
    program: tools.binaries.initdb,
    args: [
      ...['-D', fresh, '-U', 'supabase_admin', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
      ...['-E', 'UTF8', '--locale=C', '--no-instructions'],
    ],
    account: folder.account,
  });
  rmSync(passwordFile, { force: true });
  if (outcome.exitCode !== 0) throw startFailure(outcome.output);
  renameSync(fresh, folder.postgres);
};

const startFailure = (log: string): LecternError =>
  new LecternError('postgres_start', {
    message: `The embedded Postgres did not start: ${log.trim().split('\n').slice(-5).join(' | ')}`,
    fix: 'Read logs/postgres.log in the data folder; free disk and memory are the usual causes.',
    retryable: true,
  });

/**
 * The server that really answers for this very data folder: pg_ctl counts zombies as running, and another server may
 * listen on the port.
 */
const probe = async (folder: DataFolder, at: { keys: StackKeys; port: number }): Promise<boolean> => {
  const client = new pg.Client({
    connectionString: databaseUrl('supabase_admin', at),
    connectionTimeoutMillis: PROBE_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0]?.data_directory === folder.postgres;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** Pid and port, as the server itself wrote them down. */
const recordedServer = (folder: DataFolder): { pid: number; port: number } | undefined => {
  const path = join(folder.postgres, 'postmaster.pid');
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port } : undefined;
};

const running = async (folder: DataFolder, keys: StackKeys): Promise<PostgresServer | undefined> => {
  const recorded = recordedServer(folder);
  if (recorded === undefined) return undefined;
  return (await probe(folder, { keys, port: recorded.port })) ? { ...recorded, startedHere: false } : undefined;
};

/**
 * Adopts the server of the data folder when one answers, else starts it, on the port of last time where that is free.
 * To be called under the folder's lock.
 * @throws LecternError `postgres_start`
 */
export const ensurePostgres = async (folder: DataFolder, keys: StackKeys): Promise<PostgresServer> => {
  const adopted = await running(folder, keys);
  if (adopted !== undefined) return adopted;
  const binaries = await postgresBinaries(folder);
  if (!existsSync(folder.postgres)) await initialise(folder, { binaries, keys });
  const log = join(folder.logs, 'postgres.log');
  // After kill -9 of the server its children hold the shared memory for a moment, and a start fails until they are gone.
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt++) {
    const port = await freePort(readState(folder).postgres?.port);
    const settings = Object.entries({ ...SERVER_SETTINGS, port: String(port) }).map(([name, value]) => `-c ${name}=${value}`);
    await run({
      program: binaries.pgCtl,
      args: ['-D', folder.postgres, '-l', log, '-w', '-t', '60', '-s', '-o', settings.join(' '), 'start'],
      account: folder.account,
    });
    const started = await running(folder, keys);
    if (started !== undefined) return { ...started, startedHere: true };
    await delay(START_RETRY_MS);
  }
  throw startFailure(existsSync(log) ? readFileSync(log, 'utf8') : 'it left no log');
};

/** Ends the server in an orderly way: open transactions are rolled back, clients cut off. It is gone when this resolves. */
export const stopPostgres = async (folder: DataFolder): Promise<void> => {
  const { pgCtl } = await postgresBinaries(folder);
  const recorded = recordedServer(folder);
  await run({ program: pgCtl, args: ['-D', folder.postgres, '-m', 'fast', '-w', '-s', 'stop'], account: folder.account });
  // pg_ctl waits for the pid file to go, and the server outlives that by a moment.
  const patienceEnds = performance.now() + STOP_PATIENCE_MS;
  while (recorded !== undefined && runsProgram(recorded.pid, 'postgres') && performance.now() < patienceEnds) await delay(STOP_POLL_MS);
};
