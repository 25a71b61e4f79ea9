import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import { startStack, type Stack, type StackOptions } from '../../functions/store/embedded/stack.ts';
import type { SignToken } from '../../functions/store/embedded/tokens.ts';

export const migrationsFolder = new URL('../../supabase/migrations', import.meta.url).pathname;
const withoutSession = { auth: { persistSession: false, autoRefreshToken: false } };

/** A Supabase to test against: the embedded stack, or the one that the environment names. */
export interface Backend {
  url: string;
  publishableKey: string;
  secretKey: string;
  signToken: SignToken;
  /** Trusted with everything. */
  service: SupabaseClient;
  anonymous: SupabaseClient;
  asUser: (subject: string) => Promise<SupabaseClient>;
  withToken: (token: string) => SupabaseClient;
  close: () => Promise<void>;
}

/** A data folder that Postgres' own account can enter, and how it is removed. */
export const dataFolder = (): { path: string; remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'lectern-store-'));
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** A copy of a data folder that nothing runs on, with owners and modes: it saves making a cluster anew. */
export const copyOf = (original: string): { path: string; remove: () => void } => {
  const copy = dataFolder();
  execFileSync('cp', ['-a', `${original}/.`, copy.path]);
  rmSync(join(copy.path, 'stack.json')); // its ports are another's
  return copy;
};

export const startTestStack = (path: string, options: Partial<StackOptions> = {}): Promise<Stack> =>
  startStack({ dataFolder: path, migrationsFolder, ...options });

type Access = Pick<Backend, 'url' | 'publishableKey' | 'secretKey' | 'signToken' | 'close'>;

/** The clients of an access, as pages and services make them. */
export const clientsOf = (access: Access): Backend => {
  const withToken = (token: string) =>
    createClient(access.url, access.publishableKey, { ...withoutSession, accessToken: async () => token });
  return {
    ...access,
    withToken,
    service: createClient(access.url, access.secretKey, withoutSession),
    anonymous: createClient(access.url, access.publishableKey, withoutSession),
    asUser: async (subject) => withToken(await access.signToken({ subject })),
  };
};

const outsideSigner =
  (secret: string): SignToken =>
  ({ subject, role = 'authenticated', expiresInSeconds = 3600, claims = {} }) => {
    const now = Math.floor(Date.now() / 1000);
    const token = new SignJWT({ role, ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setAudience('authenticated')
      .setIssuedAt(now - 30)
      .setExpirationTime(now + expiresInSeconds);
    if (subject !== undefined) token.setSubject(subject);
    return token.sign(new TextEncoder().encode(secret));
  };

/** The names of what must be set to test against a Supabase elsewhere; its migrations must have been pushed. */
const OUTSIDE = ['SUPABASE_URL', 'SUPABASE_PUBLISHABLE_KEY', 'SUPABASE_SECRET_KEY', 'SUPABASE_JWT_SECRET'] as const;

const outside = (): Access | undefined => {
  const [url, publishableKey, secretKey, jwtSecret] = OUTSIDE.map((name) => process.env[name]);
  if (!url || !publishableKey || !secretKey || !jwtSecret) return undefined;
  return { url, publishableKey, secretKey, signToken: outsideSigner(jwtSecret), close: async () => undefined };
};

/** What the environment names, else an embedded stack on a data folder of its own. */
export const openBackend = async (): Promise<Backend> => {
  const named = outside();
  if (named !== undefined) return clientsOf(named);
  const folder = dataFolder();
  const stack = await startTestStack(folder.path);
  const close = () => stack.stop().finally(folder.remove);
  return clientsOf({ ...stack, close });
};

/** A name that no earlier run on the same database has used. */
export const unique = (word: string): string => `${word}_${randomBytes(5).toString('hex')}`;
