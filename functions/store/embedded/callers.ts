import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import type { StackKeys } from './keys.ts';
import type { SignToken } from './tokens.ts';

/** Who asks: a token to believe or not, nobody in particular, or somebody with a key that is not ours. */
export type Caller = { kind: 'token'; token: string } | { kind: 'anonymous' } | { kind: 'wrong-key' };
export type CallerOf = (context: Context) => Caller;

const ROLE_TOKEN_SECONDS = 10 * 365 * 24 * 3600;

const sameText = (given: string, expected: string): boolean => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
};

/**
 * Reads a caller as the hosted gateway does: an opaque key stands for a role, and a user's token in Authorization wins
 * over it. A key repeated as bearer is no token.
 */
export const callerReader = async (keys: StackKeys, sign: SignToken): Promise<CallerOf> => {
  const anonymous = await sign({ role: 'anon', expiresInSeconds: ROLE_TOKEN_SECONDS });
  const service = await sign({ role: 'service_role', expiresInSeconds: ROLE_TOKEN_SECONDS });
  const roleToken = (key: string): string | undefined => {
    if (sameText(key, keys.publishable)) return anonymous;
    return sameText(key, keys.secret) ? service : undefined;
  };
  return (context) => {
    const bearer = (context.req.header('authorization') ?? '').replace(/^Bearer\s+/i, '');
    const key = context.req.header('apikey') ?? context.req.query('apikey');
    const bearerIsKey = bearer.startsWith('sb_');
    const token = key === undefined ? undefined : roleToken(key);
    if (key !== undefined && token === undefined) return { kind: 'wrong-key' };
    if (bearer !== '' && !bearerIsKey) return { kind: 'token', token: bearer };
    return token === undefined ? { kind: 'anonymous' } : { kind: 'token', token };
  };
};
