import { chmodSync, closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JWK } from 'jose';
import { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';
import { postgrestBinary } from './binaries.ts';
import { type DataFolder, readState, recordState, replaceFile } from './data-folder.ts';
import type { StackKeys } from './keys.ts';
import { freePort } from './ports.ts';
import { databaseUrl } from './postgres.ts';
import { isAlive, launch, runsProgram } from './processes.ts';
import type { SignToken } from './tokens.ts';

export interface PostgrestServer {
  pid: number;
  port: number;
  adminPort: number;
}
export interface PostgrestSetup {
  keys: StackKeys;
  /** Everything whose tokens are believed: our own key, and those of outside issuers. */
  publicKeys: JWK[];
  /** Whether other members may be about, whose outside issuers are to be believed as before. */
  isShared: boolean;
  sign: SignToken;
  postgresPort: number;
  program: string | undefined;
}

const PROGRAM_NAME = 'postgrest';
const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 20;
const PROBE_TIMEOUT_MS = 1500;

const statusOf = async (url: string, headers: Record<string, string> = {}): Promise<number> => {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
};

/** Only a PostgREST that believes our key is ours: a port may have found another owner. */
const answersToUs = async (server: PostgrestServer, setup: PostgrestSetup): Promise<boolean> => {
  const token = await setup.sign({ role: 'service_role', expiresInSeconds: 60 });
  const status = await statusOf(`http://127.0.0.1:${server.port}/users?select=id&limit=1`, { authorization: `Bearer ${token}` });
  return status === 200;
};

const environment = (folder: DataFolder, setup: PostgrestSetup & { port: number; adminPort: number }): Record<string, string> => ({
  PGRST_DB_URI: databaseUrl('authenticator', { keys: setup.keys, port: setup.postgresPort }),
  PGRST_DB_SCHEMAS: 'public',
  PGRST_DB_EXTRA_SEARCH_PATH: 'public, extensions',
  PGRST_DB_ANON_ROLE: 'anon',
  PGRST_DB_POOL: '10',
  PGRST_DB_MAX_ROWS: '1000',
  PGRST_JWT_SECRET: `@${folder.jwks}`,
  PGRST_OPENAPI_MODE: 'disabled',
  PGRST_LOG_LEVEL: 'error',
  PGRST_SERVER_HOST: '127.0.0.1',
  PGRST_SERVER_PORT: String(setup.port),
  PGRST_ADMIN_SERVER_PORT: String(setup.adminPort),
});

const startFailure = (folder: DataFolder): LecternError =>
  new LecternError('postgrest_start', {
    message: 'PostgREST did not become ready.',
    fix: `Read ${join(folder.logs, 'postgrest.log')}.`,
    retryable: true,
  });

const untilReady = async (folder: DataFolder, server: PostgrestServer): Promise<void> => {
  const patienceEnds = performance.now() + READY_TIMEOUT_MS;
  while ((await statusOf(`http://127.0.0.1:${server.adminPort}/ready`)) !== 200) {
    if (!isAlive(server.pid) || performance.now() > patienceEnds) throw startFailure(folder);
    await delay(POLL_MS);
  }
};

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

const readKeySet = (folder: DataFolder): JWK[] => {
  try {
    return keySetSchema.parse(JSON.parse(readFileSync(folder.jwks, 'utf8'))).keys;
  } catch {
    return [];
  }
};

/** The set of public keys; there is nothing secret in it, and PostgREST's account must be able to read it. */
const writeKeySet = (folder: DataFolder, setup: PostgrestSetup): void => {
  const all = [...setup.publicKeys, ...(setup.isShared ? readKeySet(folder) : [])];
  const keys = [...new Map(all.map((key) => [JSON.stringify([key.kid, key.n, key.x]), key])).values()];
  replaceFile(folder.jwks, { content: JSON.stringify({ keys }), mode: 0o644 });
  chmodSync(folder.jwks, 0o644);
};

/** Ends the PostgREST that the folder's state names, when it still is one. */
export const stopPostgrest = async (folder: DataFolder): Promise<void> => {
  const recorded = readState(folder).postgrest;
  if (recorded === undefined || !runsProgram(recorded.pid, PROGRAM_NAME)) return;
  process.kill(recorded.pid, 'SIGTERM');
  const patienceEnds = performance.now() + READY_TIMEOUT_MS;
  while (runsProgram(recorded.pid, PROGRAM_NAME)) {
    if (performance.now() > patienceEnds) process.kill(recorded.pid, 'SIGKILL');
    await delay(POLL_MS);
  }
};

/**
 * Adopts the PostgREST of the data folder when it answers to our key, else starts one. To be called under the folder's
 * lock, with Postgres running.
 * @throws LecternError `postgrest_start`, `no_postgrest`
 */
export const ensurePostgrest = async (folder: DataFolder, setup: PostgrestSetup): Promise<PostgrestServer> => {
  const recorded = readState(folder).postgrest;
  writeKeySet(folder, setup);
  if (recorded !== undefined && (await answersToUs(recorded, setup))) {
    process.kill(recorded.pid, 'SIGUSR2'); // reads the key set again
    return recorded;
  }
  await stopPostgrest(folder);
  const program = await postgrestBinary(folder, setup.program);
  const port = await freePort(recorded?.port);
  const adminPort = await freePort();
  const log = openSync(join(folder.logs, 'postgrest.log'), 'a', 0o600);
  const child = launch(
    { program, args: [], account: folder.account, environment: environment(folder, { ...setup, port, adminPort }) },
    log,
  );
  closeSync(log);
  child.once('error', () => undefined); // spawning failed: there is no pid, and the lines below say so
  if (child.pid === undefined) throw startFailure(folder);
  const server = { pid: child.pid, port, adminPort };
  recordState(folder, { postgrest: server }); // at once: should we be killed, the next to come ends it by this
  await untilReady(folder, server);
  return server;
};
