import type { Context } from 'hono';
import type { ObjectFiles } from './files.ts';
import { noSuchBucket, noSuchKey } from './storage-error.ts';
import { type Claims, SERVICE, type Transactions } from './transactions.ts';
import type { UrlTokens } from './url-tokens.ts';

/** What the routes of Storage are made of. */
export interface StorageParts {
  transactions: Transactions;
  files: ObjectFiles;
  urlTokens: UrlTokens;
  /** @throws StorageError for tokens and keys that are not believed */
  claimsOf: (context: Context) => Promise<Claims>;
}

export interface BucketRow {
  id: string;
  name: string;
  public: boolean;
  file_size_limit: string | null;
  allowed_mime_types: string[] | null;
}
export interface ObjectRow {
  id: string;
  bucket_id: string;
  name: string;
  version: string;
  created_at: Date;
  updated_at: Date;
  metadata: ObjectMetadata | null;
  user_metadata: Record<string, unknown> | null;
}
export interface ObjectMetadata {
  eTag: string;
  size: number;
  mimetype: string;
  cacheControl: string;
  lastModified: string;
  contentLength: number;
  httpStatusCode: number;
}

export const SELECT_BUCKET = 'select * from storage.buckets where id = $1';
export const SELECT_OBJECT = 'select * from storage.objects where bucket_id = $1 and name = $2';

/** A bucket's own rules hold for everybody, whoever may see its row. @throws StorageError NoSuchBucket */
export const bucketOf = async (parts: StorageParts, id: string): Promise<BucketRow> => {
  const row = await parts.transactions.as(SERVICE, 'storage.bucket.get', (query) => query.first<BucketRow>(SELECT_BUCKET, [id]));
  if (row === undefined) throw noSuchBucket();
  return row;
};

export interface ObjectQuestion {
  claims: Claims;
  bucketId: string;
  key: string;
  operation: string;
}

/** The object's row, when the caller may see it. @throws StorageError NoSuchKey */
export const findObject = async (parts: StorageParts, question: ObjectQuestion): Promise<ObjectRow> => {
  const { claims, bucketId, key, operation } = question;
  const row = await parts.transactions.as(claims, operation, (query) => query.first<ObjectRow>(SELECT_OBJECT, [bucketId, key]));
  if (row === undefined) throw noSuchKey();
  return row;
};
