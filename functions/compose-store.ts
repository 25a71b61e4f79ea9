import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { createClient } from '@supabase/supabase-js';
import type { JWK } from 'jose';
import { LecternError } from '../shared/errors.ts';
import type { KeptArtefacts } from './artefacts/port.ts';
import type { SharedObjects } from './artefacts/shared.ts';
import type { Config, StoreConfig } from './config.ts';
import type { LiveObjects } from './live/stored.ts';
import { openDataFolder } from './store/embedded/data-folder.ts';
import { withExclusiveLock } from './store/embedded/exclusive-lock.ts';
import { loadKeys } from './store/embedded/keys.ts';
import { type Stack, startStack } from './store/embedded/stack.ts';
import { tokenSigner, type TokenRequest } from './store/embedded/tokens.ts';
import type { Store } from './store/port.ts';
import { supabaseArtefacts } from './store/supabase/artefacts.ts';
import { supabaseLive } from './store/supabase/live.ts';
import { supabaseStore } from './store/supabase/store.ts';
import type { Log } from './telemetry/port.ts';

/** The store as everything of Lectern reaches it, hosted or embedded. */
export interface OpenStore {
  store: Store;
  /** Where workers of several hosts find what others have made; absent where all of them are on this one. */
  objects: (SharedObjects & KeptArtefacts) | undefined;
  /** The same of films that are watched while they are made. */
  liveObjects: LiveObjects | undefined;
  /** For LISTEN; absent where only polling is to be had. */
  databaseUrl: (() => string) | undefined;
  /** What tokens of its users are checked with. */
  tokens: { keys: readonly JWK[] | URL; issuer: string };
  close(): Promise<void>;
}

const storeFolder = (config: Config): string => join(config.dataFolder, 'store');

/** Starts the embedded stack, or joins the one that runs on the data folder. */
export function openStack(config: Config, settings: StoreConfig, log: Log): Promise<Stack> {
  return startStack({
    dataFolder: storeFolder(config),
    migrationsFolder: join(config.checkout, 'supabase/migrations'),
    postgrestProgram: settings.postgrestProgram,
    trustedKeys: settings.clerkKey === undefined ? [] : [clerkJwk(settings.clerkKey)],
    onTrouble: (note) => log.warn({}, note),
  });
}

/** @throws LecternError where the embedded store cannot be started; a hosted one is first asked when it is needed */
export async function openStore(config: Config, settings: StoreConfig, log: Log): Promise<OpenStore> {
  if (settings.hosted !== undefined) return hostedStore(settings.hosted);
  const stack = await openStack(config, settings, log);
  return {
    ...storeAt(stack.url, stack.secretKey),
    objects: undefined,
    liveObjects: undefined,
    databaseUrl: () => stack.databaseUrl,
    tokens: { keys: stack.publicKeys, issuer: stack.issuer },
    close: () => stack.stop(),
  };
}

/**
 * A token of the embedded store's own, for trying things out.
 * @throws LecternError `tokens_elsewhere` where users sign in to a hosted project
 */
export async function signToken(config: Config, settings: StoreConfig, request: TokenRequest): Promise<string> {
  if (settings.hosted !== undefined) {
    const message = 'Tokens of a hosted Supabase project come from its own sign-in.';
    throw new LecternError('tokens_elsewhere', { message, fix: 'Sign in there, or unset SUPABASE_URL for the embedded store.' });
  }
  const folder = openDataFolder(storeFolder(config));
  const keys = await withExclusiveLock(folder.lock, () => loadKeys(folder));
  return (await tokenSigner(keys))(request);
}

function hostedStore({ url, secretKey, databaseUrl }: NonNullable<StoreConfig['hosted']>): OpenStore {
  return {
    ...storeAt(url, secretKey),
    databaseUrl: databaseUrl === undefined ? undefined : () => databaseUrl,
    tokens: { keys: new URL(`${url}/auth/v1/.well-known/jwks.json`), issuer: `${url}/auth/v1` },
    close: async () => undefined,
  };
}

function storeAt(url: string, secretKey: string): Pick<OpenStore, 'store' | 'objects' | 'liveObjects'> {
  const client = createClient(url, secretKey, { auth: { persistSession: false, autoRefreshToken: false } });
  const access = { client, url, secretKey };
  return { store: supabaseStore(access), objects: supabaseArtefacts(access), liveObjects: supabaseLive(access) };
}

function clerkJwk(pem: string): JWK {
  const base64 = pem.replace(/-----(BEGIN|END) PUBLIC KEY-----/g, '').replace(/\\n|\s/g, '');
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return { ...key.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' };
  } catch (cause) {
    throw new LecternError('bad_environment', { message: 'CLERK_JWT_KEY is not a PEM public key.', fix: 'Copy it from the API keys page of the Clerk dashboard.', cause });
  }
}
