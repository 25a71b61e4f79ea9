import type { z } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import { limits } from '../../../shared/limits.ts';
import { Problem } from '../problem.ts';

/** A lesson of which every other character is escaped, an image as base64, and what stands around them. */
const BODY_BYTES = limits.lessonBytes * 2 + Math.ceil((limits.imageContextBytes * 4) / 3) + 100_000;

/** Refuses bodies that are longer. One whose length nobody has told is read here: Hono's own limit makes a request of it that Node's server does not know. */
export const bounded = createMiddleware(async (context, next) => {
  const { raw } = context.req;
  const told = raw.headers.get('content-length');
  const isTold = told !== null && !raw.headers.has('transfer-encoding');
  if (isTold && Number(told) > BODY_BYTES) throw tooLarge();
  if (!isTold && raw.body !== null) context.req.raw = await readWhole(raw, raw.body);
  await next();
});

async function readWhole({ url, method, headers, signal }: Request, body: ReadableStream<Uint8Array>): Promise<Request> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > BODY_BYTES) throw tooLarge();
    pieces.push(piece);
  }
  return new Request(url, { method, headers, signal, body: size === 0 ? null : Buffer.concat(pieces) });
}

function tooLarge(): Problem {
  const message = `A request may have ${(BODY_BYTES / 1e6).toFixed(1)} MB.`;
  // What is left of the body is not read, so that nothing more can be asked on this connection.
  const further = { headers: { connection: 'close' } };
  return new Problem(413, { code: 'request_too_large', message, fix: 'Send a shorter lesson, or a smaller image.' }, further);
}

/** A body that has to be there. */
export const bodyOf = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { 'application/json': { schema } },
  required: true,
});

export const BEARER = 'token';
export const signedInSecurity = [{ [BEARER]: [] }];
/** For strangers as well. */
export const anyoneSecurity = [{}, { [BEARER]: [] }];
