import type { Context } from 'hono';
import type { z } from 'zod';
import { invalidRequest, tooLarge } from './storage-error.ts';

const JSON_LIMIT_BYTES = 1024 * 1024;

/** Passes bytes on until there are too many, whatever content-length had promised. */
const capped = (stream: ReadableStream<Uint8Array>, limitBytes: number): ReadableStream<Uint8Array> => {
  let seenBytes = 0;
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        seenBytes += chunk.byteLength;
        if (seenBytes > limitBytes) controller.error(tooLarge());
        else controller.enqueue(chunk);
      },
    }),
  );
};

/** The request with a body that errs above the limit. */
export const cappedBody = (context: Context, limitBytes: number): Response => {
  const { body, headers } = context.req.raw;
  if (Number(headers.get('content-length') ?? 0) > limitBytes) throw tooLarge();
  const type = headers.get('content-type');
  return new Response(body === null ? null : capped(body, limitBytes), { headers: type === null ? {} : { 'content-type': type } });
};

/** A JSON body of at most 1 MiB. @throws StorageError InvalidRequest, EntityTooLarge */
export const readBody = async <Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.infer<Schema>> => {
  const text = await cappedBody(context, JSON_LIMIT_BYTES).text();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidRequest('The body is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalidRequest(`body/${issue?.path.join('/') ?? ''} ${issue?.message ?? 'is invalid'}`);
  }
  return parsed.data;
};
