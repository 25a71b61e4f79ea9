import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import { type Context, Hono } from 'hono';
import { checkKey } from './names.ts';
import { bucketOf, type StorageParts } from './parts.ts';
import { noSuchUpload, StorageError, tooLarge } from './storage-error.ts';
import { type Claims, SERVICE } from './transactions.ts';
import { parseUserMetadata } from './upload.ts';
import { checkMime, commitObject, limitBytesOf, OBJECT_LIMIT_BYTES, type ObjectWrite, probeInsert } from './write.ts';

type TusHooks = ConstructorParameters<typeof Server>[0];
type Upload = Parameters<NonNullable<TusHooks['onUploadCreate']>>[1];

const PATH = '/storage/v1/upload/resumable';
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;
const OPERATION = 'storage.tus.upload';

export interface ResumableUploads {
  routes: Hono;
  /** Removes uploads that nobody went on with for a day. */
  sweep: () => Promise<number>;
}

/** The request's own claims and whether it replaces: kept beside the request, never in what the client can read or write. */
interface Asking {
  claims: Claims;
  upsert: boolean;
}

/** `<uuid>.<mark>`: the mark binds the upload to the one who began it. */
const newUploadId = (parts: StorageParts, claims: Claims): string => {
  const id = randomUUID();
  return `${id}.${parts.urlTokens.ownerMark(id, claims)}`;
};

const checkOwner = (parts: StorageParts, uploadId: string, claims: Claims): void => {
  const [id = '', mark = ''] = uploadId.split('.');
  if (!parts.urlTokens.isOwner(mark, id, claims)) throw noSuchUpload();
};

const writeOf = async (parts: StorageParts, upload: Upload, asking: Asking): Promise<ObjectWrite> => {
  const key = upload.metadata?.['objectName'] ?? '';
  checkKey(key);
  const bucket = await bucketOf(parts, upload.metadata?.['bucketName'] ?? '');
  return { claims: asking.claims, bucket, key, upsert: asking.upsert, operation: OPERATION };
};

const mimeOf = (upload: Upload): string => upload.metadata?.['contentType'] ?? 'application/octet-stream';

const checkCreation = async (parts: StorageParts, upload: Upload, asking: Asking): Promise<void> => {
  const write = await writeOf(parts, upload, asking);
  if ((upload.size ?? 0) > limitBytesOf(write.bucket)) throw tooLarge();
  checkMime(write.bucket, mimeOf(upload));
  if (asking.claims.role !== SERVICE.role) await probeInsert(parts, write);
};

const finish = async (parts: StorageParts, upload: Upload, asking: Asking): Promise<void> => {
  const write = await writeOf(parts, upload, asking);
  const path = join(parts.files.resumable, upload.id);
  const spooled = await parts.files.measure(path);
  if (spooled.sizeBytes > limitBytesOf(write.bucket)) throw tooLarge();
  const { cacheControl, metadata } = upload.metadata ?? {};
  await commitObject(parts, write, {
    spooled,
    mime: mimeOf(upload),
    cacheControl: cacheControl ? `max-age=${cacheControl}` : 'no-cache',
    userMetadata: metadata ? parseUserMetadata(metadata) : null,
  });
  await parts.files.drop(`${path}.json`);
};

const inWordsOfTus = (error: Error | { status_code: number; body: string }) => {
  if (error instanceof StorageError) return { status_code: error.status, body: error.message };
  return 'status_code' in error ? undefined : { status_code: 500, body: 'Internal Server Error' };
};

const tusServer = (parts: StorageParts, asking: () => Asking): { server: Server; store: FileStore } => {
  const directory = parts.files.resumable;
  const store = new FileStore({ directory, expirationPeriodInMilliseconds: ABANDONED_AFTER_MS });
  /** A client takes a full upload for a finished one, but what is still here was not committed: it is asked for the last byte again. */
  const askForLastByte = async (uploadId: string): Promise<void> => {
    const upload = await store.getUpload(uploadId);
    if (upload.size === undefined || upload.size === 0 || upload.offset < upload.size) return;
    await truncate(join(directory, uploadId), upload.size - 1);
  };
  const server = new Server({
    path: PATH,
    datastore: store,
    maxSize: OBJECT_LIMIT_BYTES,
    namingFunction: () => newUploadId(parts, asking().claims),
    async onIncomingRequest(request, uploadId) {
      checkOwner(parts, uploadId, asking().claims);
      if (request.method === 'HEAD') await askForLastByte(uploadId);
    },
    async onUploadCreate(_request, upload) {
      await checkCreation(parts, upload, asking());
      return {};
    },
    async onUploadFinish(_request, upload) {
      await finish(parts, upload, asking());
      return {};
    },
    onResponseError: (_request, error) => inWordsOfTus(error),
  });
  return { server, store };
};

/** Resumable upload by the TUS protocol, under /upload/resumable. */
export const resumableUploads = (parts: StorageParts): ResumableUploads => {
  const current = new AsyncLocalStorage<Asking>();
  const { server } = tusServer(parts, () => {
    const asking = current.getStore();
    if (asking === undefined) throw noSuchUpload();
    return asking;
  });
  const handle = async (context: Context): Promise<Response> => {
    const asking = { claims: await parts.claimsOf(context), upsert: context.req.header('x-upsert') === 'true' };
    return current.run(asking, () => server.handleWeb(context.req.raw));
  };
  const routes = new Hono();
  routes.all('/upload/resumable', handle);
  routes.all('/upload/resumable/*', handle);
  return { routes, sweep: () => server.cleanUpExpiredUploads() };
};
