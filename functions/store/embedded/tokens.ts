import { createLocalJWKSet, importJWK, type JWK, jwtVerify, type JWTPayload, SignJWT } from 'jose';
import type { StackKeys } from './keys.ts';

/** The issuer of every token that an embedded stack signs. */
export const EMBEDDED_ISSUER = 'lectern-embedded';
export const TOKEN_ALGORITHMS = ['RS256', 'ES256'];
/** So that a token just signed is not refused by a verifier whose clock is a little behind. */
const CLOCK_SKEW_SECONDS = 30;

export interface TokenRequest {
  /** The user: `sub`. */
  subject?: string;
  role?: 'anon' | 'authenticated' | 'service_role';
  /** From now; may be negative, for trying what an expired token does. Default one hour. */
  expiresInSeconds?: number;
  claims?: Record<string, unknown>;
}
export type SignToken = (request: TokenRequest) => Promise<string>;
export type VerifyToken = (token: string) => Promise<JWTPayload>;

/** Signs RS256 with the data folder's own key; audience and default role `authenticated`. */
export const tokenSigner = async (keys: StackKeys): Promise<SignToken> => {
  const key = await importJWK(keys.token, 'RS256');
  return ({ subject, role = 'authenticated', expiresInSeconds = 3600, claims = {} }) => {
    const now = Math.floor(Date.now() / 1000);
    const token = new SignJWT({ role, ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keys.token.kid })
      .setIssuer(EMBEDDED_ISSUER)
      .setAudience('authenticated')
      .setIssuedAt(now - CLOCK_SKEW_SECONDS)
      .setExpirationTime(now + expiresInSeconds);
    if (subject !== undefined) token.setSubject(subject);
    return token.sign(key);
  };
};

/** Accepts what the keys of the set have signed, by asymmetric algorithms only. Rejects with jose's errors. */
export const tokenVerifier = (keys: JWK[]): VerifyToken => {
  const keySet = createLocalJWKSet({ keys });
  return async (token) => (await jwtVerify(token, keySet, { algorithms: TOKEN_ALGORITHMS })).payload;
};
