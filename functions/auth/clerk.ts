import { createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import { LecternError } from '../../shared/errors.ts';
import { bearerToken, refusedToken, subjectOf, tokenFault } from './bearer.ts';
import type { Auth } from './port.ts';

export interface ClerkSettings {
  /** The PEM public key of the Clerk instance, with or without its line breaks. */
  jwtKey: string;
  issuer: string;
  /** Origins whose pages may have asked for the token: its `azp`. */
  authorizedParties: readonly string[];
}

/** Of a session's token: seconds that the clocks of Clerk and of this host may differ. */
const CLOCK_SKEW_SECONDS = 5;

/**
 * Checks Clerk's session tokens without asking Clerk (networkless verification: RS256 by the instance's PEM key).
 * @throws LecternError `bad_environment` where the settings cannot work
 */
export function clerkAuth(settings: ClerkSettings): Auth {
  const key = publicKeyOf(settings.jwtKey);
  const issuer = settings.issuer.replace(/\/$/, '');
  if (issuer === '' || settings.authorizedParties.length === 0) {
    throw settingsFault('CLERK_ISSUER and CLERK_AUTHORIZED_PARTIES are both needed: without them tokens of any site would pass.');
  }
  const parties = new Set(settings.authorizedParties);
  const rules = { algorithms: ['RS256'], issuer, requiredClaims: ['sub', 'exp', 'iat', 'azp'], clockTolerance: CLOCK_SKEW_SECONDS };
  return {
    async identify({ authorization }) {
      const token = bearerToken(authorization);
      const { payload } = await jwtVerify(token, key, rules).catch((error: unknown) => {
        throw tokenFault(error);
      });
      // A session whose tasks (choosing an organisation, say) are not done counts as signed out.
      if (typeof payload['azp'] !== 'string' || !parties.has(payload['azp']) || payload['sts'] === 'pending') throw refusedToken();
      const subject = subjectOf(payload);
      return { subject, clerkUserId: subject };
    },
  };
}

const settingsFault = (message: string, cause?: unknown): LecternError =>
  new LecternError('bad_environment', { message, fix: 'Copy them from the API keys page of the Clerk dashboard.', cause });

function publicKeyOf(jwtKey: string): ReturnType<typeof createPublicKey> {
  const base64 = jwtKey.replace(/-----(BEGIN|END) PUBLIC KEY-----/g, '').replace(/\\n|\s/g, '');
  try {
    return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
  } catch (cause) {
    throw settingsFault('CLERK_JWT_KEY is not a PEM public key.', cause);
  }
}
