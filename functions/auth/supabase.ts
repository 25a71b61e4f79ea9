import { createLocalJWKSet, createRemoteJWKSet, type JWK, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { bearerToken, refusedToken, subjectOf, tokenFault } from './bearer.ts';
import type { Auth } from './port.ts';

export interface SupabaseAuthSettings {
  /** Keys at hand (the embedded stack's), or the address of a hosted project's JWKS. */
  keys: readonly JWK[] | URL;
  /** `<project>/auth/v1`, or the embedded stack's name. */
  issuer: string;
}

/** What Supabase writes into the tokens of people who have signed in. */
const AUDIENCE = 'authenticated';
const KEYS_KEPT_MS = 600_000;
const CLOCK_SKEW_SECONDS = 5;

/** Checks tokens by a JWKS: asymmetric algorithms only, so that a public key can never pass for a shared secret. */
export function supabaseAuth(settings: SupabaseAuthSettings): Auth {
  const { issuer } = settings;
  const keys = keySet(settings.keys);
  const rules = {
    algorithms: ['RS256', 'ES256'],
    issuer,
    audience: AUDIENCE,
    requiredClaims: ['sub', 'exp'],
    clockTolerance: CLOCK_SKEW_SECONDS,
  };
  return {
    async identify({ authorization }) {
      const { payload } = await jwtVerify(bearerToken(authorization), keys, rules).catch((error: unknown) => {
        throw tokenFault(error);
      });
      if (payload['role'] !== 'authenticated') throw refusedToken();
      return { subject: subjectOf(payload) };
    },
  };
}

const keySet = (keys: readonly JWK[] | URL): JWTVerifyGetKey =>
  keys instanceof URL ? createRemoteJWKSet(keys, { cacheMaxAge: KEYS_KEPT_MS }) : createLocalJWKSet({ keys: [...keys] });
