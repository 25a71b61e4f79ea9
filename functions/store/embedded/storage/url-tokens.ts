import { createHmac, timingSafeEqual } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Claims } from './transactions.ts';
import { invalidSignature, invalidToken } from './storage-error.ts';

const payloadSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('download'), url: z.string() }),
  z.object({ kind: z.literal('upload'), url: z.string(), upsert: z.boolean(), owner: z.string().optional() }),
]);
type Payload = z.infer<typeof payloadSchema>;

/** Tokens in URLs. Their key signs nothing else, and a token for one kind of use is refused for the other. */
export interface UrlTokens {
  sign: (payload: Payload, seconds: number) => Promise<string>;
  /** @throws StorageError InvalidJWT, InvalidSignature */
  verify: <Kind extends Payload['kind']>(token: string, expected: { kind: Kind; url: string }) => Promise<Extract<Payload, { kind: Kind }>>;
  /** Binds the id of a resumable upload to the one who began it. */
  ownerMark: (uploadId: string, claims: Claims) => string;
  isOwner: (mark: string, uploadId: string, claims: Claims) => boolean;
}

const ALGORITHM = 'HS256';

export const urlTokens = (key: Uint8Array): UrlTokens => {
  const ownerMark = (uploadId: string, claims: Claims): string =>
    createHmac('sha256', key)
      .update(JSON.stringify(['resumable', uploadId, claims.role, claims.sub ?? null]))
      .digest('base64url');
  return {
    sign: (payload, seconds) =>
      new SignJWT(payload)
        .setProtectedHeader({ alg: ALGORITHM })
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(key),
    async verify(token, expected) {
      const verified = await jwtVerify(token, key, { algorithms: [ALGORITHM] }).catch((error: Error) => {
        throw invalidToken(error.message);
      });
      const parsed = payloadSchema.safeParse(verified.payload);
      if (!parsed.success || parsed.data.kind !== expected.kind || parsed.data.url !== expected.url) throw invalidSignature();
      return parsed.data as Extract<Payload, { kind: typeof expected.kind }>;
    },
    ownerMark,
    isOwner(mark, uploadId, claims) {
      const [given, expected] = [Buffer.from(mark), Buffer.from(ownerMark(uploadId, claims))];
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
};
