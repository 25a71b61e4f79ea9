import { errors } from 'jose';
import { LecternError } from '../../shared/errors.ts';

const SIGN_IN = 'Sign in again, and send the token as `Authorization: Bearer …`.';
/** Far above any token of an issuer that we know; longer ones are not worth a look. */
const TOKEN_CHARACTERS = 8192;

const refused = (cause?: unknown): LecternError =>
  new LecternError('token_refused', { message: 'The token is not one that this service believes.', fix: SIGN_IN, cause });

/** The token of a header `Authorization`. @throws LecternError `unauthenticated`, `token_refused` */
export function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined || authorization === '') {
    throw new LecternError('unauthenticated', { message: 'Nobody is signed in.', fix: SIGN_IN });
  }
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(authorization)?.[1];
  if (token === undefined || token.length > TOKEN_CHARACTERS) throw refused();
  return token;
}

/** The claims' `sub`. @throws LecternError `token_refused` */
export function subjectOf(claims: { sub?: string | undefined }): string {
  if (claims.sub === undefined || claims.sub === '' || claims.sub.length > 255) throw refused();
  return claims.sub;
}

/** What jose found, in the words of this service. */
export function tokenFault(error: unknown): LecternError {
  if (error instanceof LecternError) return error;
  if (error instanceof errors.JWTExpired) {
    return new LecternError('token_expired', { message: 'The token has expired.', fix: SIGN_IN, cause: error });
  }
  const isKeyTrouble = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error instanceof TypeError;
  if (isKeyTrouble || (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC')) {
    const message = 'The keys that tokens are checked with cannot be fetched.';
    return new LecternError('auth_unavailable', { message, fix: 'Try again in a moment.', retryable: true, cause: error });
  }
  return refused(error);
}

export { refused as refusedToken };
