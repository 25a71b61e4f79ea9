import { Readable } from 'node:stream';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { cappedBody } from './body.ts';
import { checkKey, objectPath } from './names.ts';
import { bucketOf, type StorageParts } from './parts.ts';
import { invalidRequest, tooLarge } from './storage-error.ts';
import { checkMime, commitObject, limitBytesOf, type ObjectWrite, probeInsert } from './write.ts';

/** A multipart body is held in memory whole: larger files come as streams or by resumable upload. */
const MULTIPART_LIMIT_BYTES = 100 * 1024 * 1024;
const FORM_OVERHEAD_BYTES = 64 * 1024;
const NO_CACHE = 'no-cache';
const userMetadataSchema = z.record(z.string(), z.unknown());

interface Incoming {
  stream: Readable;
  mime: string;
  cacheControl: string;
  userMetadata: Record<string, unknown> | null;
}

/** @throws StorageError InvalidRequest */
export const parseUserMetadata = (text: string): Record<string, unknown> => {
  try {
    return userMetadataSchema.parse(JSON.parse(text));
  } catch {
    throw invalidRequest('The metadata is not a JSON object');
  }
};

const nodeStream = (stream: ReadableStream<Uint8Array> | null): Readable =>
  stream === null ? Readable.from([]) : Readable.fromWeb(stream);

/** supabase-js sends Blobs this way. */
const fromForm = async (context: Context, limitBytes: number): Promise<Incoming> => {
  const cap = Math.min(limitBytes, MULTIPART_LIMIT_BYTES) + FORM_OVERHEAD_BYTES;
  const form = await cappedBody(context, cap).formData();
  const field = (name: string): string | undefined => {
    const value = form.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const blob = [...form.values()].find((value) => typeof value !== 'string');
  if (blob === undefined) throw invalidRequest('No content provided');
  const cacheControl = field('cacheControl') ?? NO_CACHE;
  const metadata = field('metadata');
  return {
    stream: nodeStream(blob.stream()),
    mime: field('contentType') ?? (blob.type === '' ? 'application/octet-stream' : blob.type),
    cacheControl: /^\d+$/.test(cacheControl) ? `max-age=${cacheControl}` : cacheControl,
    userMetadata: metadata === undefined ? null : parseUserMetadata(metadata),
  };
};

const fromBody = (context: Context): Incoming => {
  const encoded = context.req.header('x-metadata');
  return {
    stream: nodeStream(context.req.raw.body),
    mime: context.req.header('content-type') ?? 'application/octet-stream',
    cacheControl: context.req.header('cache-control') ?? NO_CACHE,
    userMetadata: encoded === undefined ? null : parseUserMetadata(Buffer.from(encoded, 'base64').toString()),
  };
};

/** Takes a request's body as an object: the rules of row and bucket first, then the bytes. */
export const receiveObject = async (parts: StorageParts, context: Context, write: ObjectWrite) => {
  checkKey(write.key);
  const limitBytes = limitBytesOf(write.bucket);
  if (Number(context.req.header('content-length') ?? 0) > limitBytes + FORM_OVERHEAD_BYTES) throw tooLarge();
  if (write.claims.role !== 'service_role') await probeInsert(parts, { ...write, upsert: true });
  const isForm = (context.req.header('content-type') ?? '').startsWith('multipart/form-data');
  const incoming = isForm ? await fromForm(context, limitBytes) : fromBody(context);
  checkMime(write.bucket, incoming.mime);
  const spooled = await parts.files.spool(incoming.stream, limitBytes);
  return commitObject(parts, write, { ...incoming, spooled });
};

/** Generic object routes: to be mounted last, since they would swallow all others. */
export const uploadRoutes = (parts: StorageParts): Hono => {
  const app = new Hono();
  const put = (replaces: boolean) => async (context: Context) => {
    const { bucketId, key } = objectPath(context, '/object/');
    const claims = await parts.claimsOf(context);
    const upsert = replaces || context.req.header('x-upsert') === 'true';
    const operation = replaces ? 'storage.object.update' : 'storage.object.upload';
    const bucket = await bucketOf(parts, bucketId);
    return context.json(await receiveObject(parts, context, { claims, bucket, key, upsert, operation }));
  };
  app.post('/object/*', put(false));
  app.put('/object/*', put(true));
  return app;
};
