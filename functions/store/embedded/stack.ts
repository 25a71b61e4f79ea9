import type { JWK } from 'jose';
import { callerReader } from './callers.ts';
import { type DataFolder, openDataFolder, readState, recordState } from './data-folder.ts';
import { withExclusiveLock } from './exclusive-lock.ts';
import { gateway, serveGateway } from './gateway.ts';
import { loadKeys, publicKey, type StackKeys } from './keys.ts';
import { databaseUrl } from './postgres.ts';
import { openStorage } from './storage/storage.ts';
import { startSupervisor, type Supervisor } from './supervisor.ts';
import { EMBEDDED_ISSUER, type SignToken, tokenSigner, tokenVerifier } from './tokens.ts';

export interface StackOptions {
  /** Everything of the stack stands in it: rows, files, keys. Created when it is not there. */
  dataFolder: string;
  migrationsFolder: string;
  /** A PostgREST of the user's own; default the npm package's. */
  postgrestProgram?: string | undefined;
  /** Default the port of last time where it is free. */
  gatewayPort?: number | undefined;
  /** Keys of outside issuers (Clerk) whose tokens are believed as well. */
  trustedKeys?: JWK[];
  /** Told of what breaks and is mended while the stack runs. */
  onTrouble?: (note: string) => void;
}

/** A running Supabase-shaped stack: what `createClient` needs, and what a Postgres client needs. */
export interface Stack {
  url: string;
  publishableKey: string;
  secretKey: string;
  /** For LISTEN and the engine: the role `postgres`, which owns the schema. Read it anew for every connection. */
  readonly databaseUrl: string;
  issuer: string;
  publicKeys: JWK[];
  signToken: SignToken;
  /** Removes files that crashes have left behind, as every start does; answers how many. */
  sweep: (nowMs: number) => Promise<number>;
  /** Leaves the stack; the last to leave stops Postgres and PostgREST. */
  stop: () => Promise<void>;
}

const silent = (): void => undefined;

interface FrontSetup {
  folder: DataFolder;
  keys: StackKeys;
  sign: SignToken;
  publicKeys: JWK[];
  onTrouble: (note: string) => void;
  supervisor: Supervisor;
  port: number | undefined;
}

/** Gateway and storage routes of this process, before the servers that it shares with others. */
const openFront = async ({ folder, keys, sign, publicKeys, onTrouble, supervisor, port }: FrontSetup) => {
  const callerOf = await callerReader(keys, sign);
  const storage = await openStorage({
    root: folder.files,
    databaseUrl: () => databaseUrl('authenticator', { keys, port: supervisor.servers().postgres.port }),
    callerOf,
    verify: tokenVerifier(publicKeys),
    urlSigningKey: Buffer.from(keys.urlSigning, 'base64url'),
    onLost: supervisor.mend,
    onTrouble,
  });
  await storage.sweep(Date.now());
  const app = gateway({
    callerOf,
    storage: storage.routes,
    publicKey: publicKey(keys),
    rest: { url: () => `http://127.0.0.1:${supervisor.servers().postgrest.port}`, onLost: supervisor.mend },
  });
  const served = await serveGateway(app, port ?? readState(folder).gateway?.port);
  await withExclusiveLock(folder.lock, async () => recordState(folder, { gateway: { pid: process.pid, port: served.port } }));

  return {
    url: `http://127.0.0.1:${served.port}`,
    sweep: storage.sweep,
    async close() {
      await served.close();
      await storage.close();
    },
  };
};

/**
 * Starts the embedded stack of a data folder, or joins the one that runs there already.
 * @throws LecternError `data_folder_unreachable`, `no_postgres`, `no_postgrest`, `postgres_start`, `postgrest_start`, `migration_failed`
 */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const folder = openDataFolder(options.dataFolder);
  const keys = await withExclusiveLock(folder.lock, () => loadKeys(folder));
  const sign = await tokenSigner(keys);
  const publicKeys = [publicKey(keys), ...(options.trustedKeys ?? [])];
  const onTrouble = options.onTrouble ?? silent;
  const supervisor = await startSupervisor({
    folder,
    keys,
    sign,
    publicKeys,
    onTrouble,
    migrationsFolder: options.migrationsFolder,
    postgrestProgram: options.postgrestProgram,
  });
  const front = await openFront({ folder, keys, sign, publicKeys, onTrouble, supervisor, port: options.gatewayPort }).catch(
    async (error: unknown) => {
      await supervisor.leave();
      throw error;
    },
  );
  return {
    url: front.url,
    publishableKey: keys.publishable,
    secretKey: keys.secret,
    get databaseUrl() {
      return databaseUrl('postgres', { keys, port: supervisor.servers().postgres.port });
    },
    issuer: EMBEDDED_ISSUER,
    publicKeys,
    signToken: sign,
    sweep: front.sweep,
    async stop() {
      await front.close();
      await supervisor.leave();
    },
  };
};
