import { randomUUID } from 'node:crypto';
import type { Spooled } from './files.ts';
import { type BucketRow, findObject, type ObjectRow, SELECT_OBJECT, type StorageParts } from './parts.ts';
import { invalidMime, isDatabaseDown } from './storage-error.ts';
import { type Claims, SERVICE } from './transactions.ts';

/** The largest object of all buckets: 5 GiB. */
export const OBJECT_LIMIT_BYTES = 5 * 1024 ** 3;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface ObjectWrite {
  claims: Claims;
  bucket: BucketRow;
  key: string;
  operation: string;
  upsert: boolean;
}
export interface ObjectContent {
  spooled: Spooled;
  mime: string;
  cacheControl: string;
  userMetadata: Record<string, unknown> | null;
}

export const limitBytesOf = (bucket: BucketRow): number =>
  Math.min(OBJECT_LIMIT_BYTES, bucket.file_size_limit === null ? Infinity : Number(bucket.file_size_limit));

/** @throws StorageError InvalidMimeType */
export const checkMime = (bucket: BucketRow, type: string): void => {
  const allowed = bucket.allowed_mime_types ?? [];
  const bare = (type.split(';')[0] ?? '').trim().toLowerCase();
  const fits = (pattern: string) => pattern === bare || pattern === '*/*' || (pattern.endsWith('/*') && bare.startsWith(pattern.slice(0, -1)));
  if (allowed.length > 0 && !allowed.some(fits)) throw invalidMime(type);
};

const INSERT = `insert into storage.objects (bucket_id, name, owner, owner_id, metadata, user_metadata, version)
  values ($1, $2, $3, $4, $5, $6, $7)`;
const PROBE = `insert into storage.objects (bucket_id, name, owner_id, version) values ($1, $2, $3, 'probe')`;
const OR_UPDATE = `on conflict (bucket_id, name) do update
  set metadata = excluded.metadata, user_metadata = excluded.user_metadata, version = excluded.version,
      owner = excluded.owner, owner_id = excluded.owner_id, updated_at = now()`;
const uuidOrNull = (text: string | undefined): string | null => (text !== undefined && UUID.test(text) ? text : null);
const LOCK_KEY = 'select pg_advisory_xact_lock(hashtextextended($1, 0))';

/**
 * Does the insert as the caller and takes it back: row level security answers before any byte is accepted.
 * @throws StorageError AccessDenied, KeyAlreadyExists
 */
export const probeInsert = async (parts: StorageParts, write: ObjectWrite): Promise<void> => {
  const takeBack = new Error('probe');
  const { claims, bucket, key } = write;
  try {
    await parts.transactions.as(claims, write.operation, async (query) => {
      await query.change(`${PROBE} ${write.upsert ? 'on conflict do nothing' : ''}`, [bucket.id, key, claims.sub ?? null]);
      throw takeBack;
    });
  } catch (error) {
    if (error !== takeBack) throw error;
  }
};

const metadataOf = ({ spooled, mime, cacheControl }: ObjectContent) => ({
  eTag: spooled.etag,
  size: spooled.sizeBytes,
  mimetype: mime,
  cacheControl,
  lastModified: new Date().toISOString(),
  contentLength: spooled.sizeBytes,
  httpStatusCode: 200,
});

/**
 * Row and file in one: the file gets its name inside the transaction, so that a row never stands without its file, and
 * the version it replaces goes after the commit. What a crash leaves is a file without a row, which is swept later.
 */
export const commitObject = async (parts: StorageParts, write: ObjectWrite, content: ObjectContent) => {
  const { files, transactions } = parts;
  const { claims, bucket, key } = write;
  const version = randomUUID();
  try {
    const replaced = await transactions.as(claims, write.operation, async (query) => {
      await query.rows(LOCK_KEY, [`${bucket.id}/${key}`]);
      const before = write.upsert ? await query.first<ObjectRow>(SELECT_OBJECT, [bucket.id, key]) : undefined;
      const values = [bucket.id, key, uuidOrNull(claims.sub), claims.sub ?? null, metadataOf(content), content.userMetadata, version];
      await query.change(`${INSERT} ${write.upsert ? OR_UPDATE : ''}`, values);
      await files.keep(content.spooled, bucket.id, version);
      return before?.version;
    });
    if (replaced !== undefined) await files.drop(files.pathOf(bucket.id, replaced));
  } catch (error) {
    // When the server died during the commit, nobody knows whether the row stands: the file stays, for the sweep to judge.
    if (!isDatabaseDown(error)) {
      await files.drop(content.spooled.path);
      await files.drop(files.pathOf(bucket.id, version));
    }
    throw error;
  }
  const row = await findObject(parts, { claims: SERVICE, bucketId: bucket.id, key, operation: write.operation });
  return { Id: row.id, Key: `${bucket.id}/${key}` };
};
