import type { Context } from 'hono';
import { invalidBucketName, invalidKey, invalidRequest } from './storage-error.ts';

/** ASCII without '#': the hosted rule. */
const KEY = /^[A-Za-z0-9_/!.*'() &$=@;:+,?-]+$/;
const BUCKET = /^[A-Za-z0-9_!.*'() &$=@;:+,?-]{1,100}$/;
const KEY_LENGTH_MAX = 1024;

/** @throws StorageError InvalidKey */
export const checkKey = (key: string): void => {
  const hasDots = key.split('/').some((part) => part === '..' || part === '.');
  if (key === '' || key.length > KEY_LENGTH_MAX || hasDots || !KEY.test(key)) throw invalidKey(key);
};

/** A bucket's id names a folder, so '.' and '..' are refused too. @throws StorageError InvalidBucketName */
export const checkBucketId = (id: unknown): string => {
  if (typeof id !== 'string' || !BUCKET.test(id) || id === '.' || id === '..') throw invalidBucketName();
  return id;
};

const BYTES_PER_UNIT: Record<string, number> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KIB: 1024, MIB: 1024 ** 2, GIB: 1024 ** 3 };

/** `'64MB'`, a number of bytes, or nothing. @throws StorageError InvalidRequest */
export const parseSizeBytes = (value: string | number | null | undefined): number | null => {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && value >= 0) return Math.floor(value);
  const match = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB|KIB|MIB|GIB)?$/i.exec(String(value));
  const unit = BYTES_PER_UNIT[(match?.[2] ?? 'B').toUpperCase()];
  if (match === null || unit === undefined) {
    throw invalidRequest('Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B');
  }
  return Math.floor(Number(match[1]) * unit);
};

export interface ObjectPath {
  bucketId: string;
  key: string;
  /** `<bucket>/<key>`, as signed URLs name it. */
  full: string;
}

/** What follows `prefix` in the request's path: `<bucket>/<key>`, the key with its slashes. */
export const objectPath = (context: Context, prefix: string): ObjectPath => {
  const { pathname } = new URL(context.req.url);
  const encoded = pathname.slice(pathname.indexOf(prefix) + prefix.length);
  let full: string;
  try {
    full = decodeURIComponent(encoded);
  } catch {
    throw invalidKey(encoded);
  }
  const slash = full.indexOf('/');
  return { bucketId: full.slice(0, Math.max(slash, 0)), key: full.slice(slash + 1), full };
};

/** Keys as they stand in the URLs that the routes answer with. */
export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
