import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type Context, Hono } from 'hono';
import { objectPath } from './names.ts';
import { bucketOf, findObject, type ObjectQuestion, type ObjectRow, type StorageParts } from './parts.ts';
import { parseRange } from './ranges.ts';
import { errorBody, noSuchBucket, noSuchKey, StorageError } from './storage-error.ts';
import { SERVICE } from './transactions.ts';

const disposition = (download: string | undefined): Record<string, string> => {
  if (download === undefined) return {};
  if (download === '') return { 'content-disposition': 'attachment;' };
  const name = encodeURIComponent(download);
  return { 'content-disposition': `attachment; filename=${name}; filename*=UTF-8''${name}` };
};

const headersOf = (context: Context, object: ObjectRow): Record<string, string> => ({
  'accept-ranges': 'bytes',
  'content-type': object.metadata?.mimetype ?? 'application/octet-stream',
  etag: object.metadata?.eTag ?? '',
  'last-modified': new Date(object.metadata?.lastModified ?? object.updated_at).toUTCString(),
  'cache-control': object.metadata?.cacheControl ?? 'no-cache',
  'x-robots-tag': 'none',
  'x-content-type-options': 'nosniff',
  ...disposition(context.req.query('download')),
});

/** The open file of the object: a version replaced while we look is looked up once more. */
const openVersion = async (parts: StorageParts, question: ObjectQuestion): Promise<{ object: ObjectRow; handle: FileHandle }> => {
  for (let attempt = 1; ; attempt++) {
    const object = await findObject(parts, question);
    try {
      return { object, handle: await open(parts.files.pathOf(object.bucket_id, object.version), 'r') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      if (attempt === 2) throw noSuchKey();
    }
  }
};

const isUnchanged = (context: Context, etag: string): boolean => {
  const known = (context.req.header('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
};

const bodyOf = (handle: FileHandle, bounds: { start: number; end: number }): ReadableStream =>
  Readable.toWeb(handle.createReadStream(bounds)) as ReadableStream;

/** Answers with the object's bytes: 200, 206, 304 or 416. */
export const sendObject = async (parts: StorageParts, context: Context, question: ObjectQuestion): Promise<Response> => {
  const { object, handle } = await openVersion(parts, question);
  const { size: sizeBytes } = await handle.stat();
  const headers = headersOf(context, object);
  const etag = headers['etag'] ?? '';
  const withoutBody = async (status: number, extra: Record<string, string> = {}) => {
    await handle.close();
    return new Response(null, { status, headers: { ...headers, ...extra } });
  };
  if (isUnchanged(context, etag)) return withoutBody(304);

  const ifRange = context.req.header('if-range');
  const isStale = ifRange !== undefined && ifRange !== etag;
  const range = parseRange(isStale ? undefined : context.req.header('range'), sizeBytes);
  if (range.kind === 'outside') {
    await handle.close();
    const error = new StorageError(416, 'InvalidRange', { message: 'invalid range provided', error: 'invalid_range' });
    return context.json(errorBody(error), 416, { 'content-range': `bytes */${sizeBytes}` });
  }
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: sizeBytes - 1 };
  const status = range.kind === 'part' ? 206 : 200;
  const extent: Record<string, string> = { 'content-length': String(end - start + 1) };
  if (range.kind === 'part') extent['content-range'] = `bytes ${start}-${end}/${sizeBytes}`;
  if (context.req.method === 'HEAD' || sizeBytes === 0) return withoutBody(status, extent);
  return new Response(bodyOf(handle, { start, end }), { status, headers: { ...headers, ...extent } });
};

/** A public bucket is readable by anyone, also with a token that is not believed. */
const claimsFor = async (parts: StorageParts, context: Context, bucketId: string) => {
  const bucket = await bucketOf(parts, bucketId);
  return bucket.public ? SERVICE : parts.claimsOf(context);
};

const shownInfo = (object: ObjectRow) => ({
  id: object.id,
  name: object.name,
  version: object.version,
  bucketId: object.bucket_id,
  size: object.metadata?.size,
  contentType: object.metadata?.mimetype,
  cacheControl: object.metadata?.cacheControl,
  etag: object.metadata?.eTag,
  metadata: object.user_metadata ?? {},
  lastModified: object.metadata?.lastModified ?? object.updated_at,
  createdAt: object.created_at,
});

/** Routes with a word before the bucket. */
export const readRoutes = (parts: StorageParts): Hono => {
  const app = new Hono();
  app.get('/object/public/*', async (context) => {
    const { bucketId, key } = objectPath(context, '/object/public/');
    if (!(await bucketOf(parts, bucketId)).public) throw noSuchBucket();
    return sendObject(parts, context, { claims: SERVICE, bucketId, key, operation: 'storage.object.get_public' });
  });
  app.get('/object/authenticated/*', async (context) => {
    const { bucketId, key } = objectPath(context, '/object/authenticated/');
    const claims = await claimsFor(parts, context, bucketId);
    return sendObject(parts, context, { claims, bucketId, key, operation: 'storage.object.get_authenticated' });
  });
  app.get('/object/info/*', async (context) => {
    const { pathname } = new URL(context.req.url);
    const word = /\/object\/info\/(authenticated\/|public\/)?/.exec(pathname)?.[0] ?? '/object/info/';
    const { bucketId, key } = objectPath(context, word);
    const claims = await claimsFor(parts, context, bucketId);
    return context.json(shownInfo(await findObject(parts, { claims, bucketId, key, operation: 'storage.object.info' })));
  });
  return app;
};

/** `GET /object/<bucket>/<key>`: to be mounted last. */
export const plainReadRoutes = (parts: StorageParts): Hono => {
  const app = new Hono();
  app.get('/object/*', async (context) => {
    const { bucketId, key } = objectPath(context, '/object/');
    const claims = await claimsFor(parts, context, bucketId);
    return sendObject(parts, context, { claims, bucketId, key, operation: 'storage.object.get_authenticated' });
  });
  return app;
};
