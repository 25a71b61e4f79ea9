import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';
import { type DataFolder, replaceFile } from './data-folder.ts';

const rsaKeySchema = z.object({
  kty: z.literal('RSA'),
  kid: z.string(),
  alg: z.literal('RS256'),
  use: z.literal('sig'),
  n: z.string(),
  e: z.string(),
});
const privateKeySchema = rsaKeySchema.extend({
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});
const keysSchema = z.object({
  publishable: z.string().startsWith('sb_publishable_'),
  secret: z.string().startsWith('sb_secret_'),
  /** Signs storage URLs, and nothing else. */
  urlSigning: z.string().length(43),
  token: privateKeySchema,
  passwords: z.object({ supabase_admin: z.string(), postgres: z.string(), authenticator: z.string() }),
});

export type PublicKey = z.infer<typeof rsaKeySchema>;
/** Every secret of a data folder, made once and kept in one file that only its owner can read. */
export type StackKeys = z.infer<typeof keysSchema>;

const secretText = (bytes: number): string => randomBytes(bytes).toString('base64url');

const createKeys = async (): Promise<StackKeys> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true, modulusLength: 2048 });
  const jwk = await exportJWK(privateKey);
  return keysSchema.parse({
    publishable: `sb_publishable_${secretText(24)}`,
    secret: `sb_secret_${secretText(24)}`,
    urlSigning: secretText(32),
    token: { ...jwk, kid: secretText(9), alg: 'RS256', use: 'sig' },
    passwords: { supabase_admin: secretText(24), postgres: secretText(24), authenticator: secretText(24) },
  });
};

/** To be called under the folder's lock: the first caller makes the keys, everyone after reads them. */
export const loadKeys = async (folder: DataFolder): Promise<StackKeys> => {
  if (!existsSync(folder.keys)) {
    replaceFile(folder.keys, { content: JSON.stringify(await createKeys()), mode: 0o600 });
  }
  return keysSchema.parse(JSON.parse(readFileSync(folder.keys, 'utf8')));
};

export const publicKey = (keys: StackKeys): PublicKey => rsaKeySchema.parse(keys.token);
