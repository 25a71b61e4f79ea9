import type { z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { limits } from '../../../shared/limits.ts';
import { Problem } from '../problem.ts';

/** A lesson of which every other character is escaped, an image as base64, and what stands around them. */
const BODY_BYTES = limits.lessonBytes * 2 + Math.ceil((limits.imageContextBytes * 4) / 3) + 100_000;

export const bounded = bodyLimit({
  maxSize: BODY_BYTES,
  onError: () => {
    const message = `A request may have ${(BODY_BYTES / 1e6).toFixed(1)} MB.`;
    // What is left of the body is not read, so that nothing more can be asked on this connection.
    const further = { headers: { connection: 'close' } };
    throw new Problem(413, { code: 'request_too_large', message, fix: 'Send a shorter lesson, or a smaller image.' }, further);
  },
});

/** A body that has to be there. */
export const bodyOf = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { 'application/json': { schema } },
  required: true,
});

export const BEARER = 'token';
export const signedInSecurity = [{ [BEARER]: [] }];
/** For strangers as well. */
export const anyoneSecurity = [{}, { [BEARER]: [] }];
