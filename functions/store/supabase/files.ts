import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SupabaseClient } from '@supabase/supabase-js';
import { Upload } from 'tus-js-client';
import { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';
import type { FilmFiles, FilmUpload, StoredFile } from '../port.ts';
import { answerOf, failureOf } from './answers.ts';

const BUCKET = 'films';
/** Hosted Storage takes resumable uploads in chunks of exactly this, the last one excepted. */
const CHUNK_BYTES = 6 * 1024 * 1024;
const CACHE_SECONDS = '3600';
const RETRY_DELAYS_MS = [0, 500, 1500, 4000];
const CHECK_URL_SECONDS = 300;

export interface StorageAccess {
  client: SupabaseClient;
  url: string;
  secretKey: string;
}

const keyOf = (file: { userId: string; jobId: string; name: string }): string => `${file.userId}/${file.jobId}/${file.name}`;

const sha256Of = async (stream: Readable, signal: AbortSignal): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(stream, hash, { signal });
  return hash.digest('hex');
};

const metadataOf = (upload: FilmUpload, sha256: string) => ({
  title: upload.title,
  job: upload.jobId,
  owner: upload.userId,
  sha256,
});

const sendWhole = async (access: StorageAccess, upload: FilmUpload, sha256: string): Promise<void> => {
  const body = Readable.toWeb(createReadStream(upload.path)) as unknown as ReadableStream;
  const options = { contentType: upload.contentType, cacheControl: CACHE_SECONDS, upsert: true, duplex: 'half' };
  const asked = access.client.storage.from(BUCKET).upload(keyOf(upload), body, { ...options, metadata: metadataOf(upload, sha256) });
  await answerOf(asked, z.unknown());
};

const sendResumable = (access: StorageAccess, upload: FilmUpload, at: { sha256: string; sizeBytes: number; signal: AbortSignal }) =>
  new Promise<void>((resolve, reject) => {
    const going = new Upload(createReadStream(upload.path), {
      endpoint: `${access.url}/storage/v1/upload/resumable`,
      headers: { authorization: `Bearer ${access.secretKey}`, apikey: access.secretKey, 'x-upsert': 'true' },
      uploadSize: at.sizeBytes,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      uploadDataDuringCreation: false,
      metadata: {
        bucketName: BUCKET,
        objectName: keyOf(upload),
        contentType: upload.contentType,
        cacheControl: CACHE_SECONDS,
        metadata: JSON.stringify(metadataOf(upload, at.sha256)),
      },
      onError: (error) => {
        const status = 'originalResponse' in error ? (error.originalResponse?.getStatus() ?? 0) : 0;
        reject(failureOf({ data: null, error, status }, error));
      },
      onSuccess: () => resolve(),
    });
    at.signal.addEventListener('abort', () => {
      void going.abort();
      reject(at.signal.reason as Error);
    });
    going.start();
  });

const signedUrl = async (client: SupabaseClient, key: string, seconds: number): Promise<string> =>
  (await answerOf(client.storage.from(BUCKET).createSignedUrl(key, seconds), z.object({ signedUrl: z.string() }))).signedUrl;

/** Reads the object back: only the bytes themselves show that they have arrived. */
const storedSha256 = async (access: StorageAccess, key: string, signal: AbortSignal): Promise<string> => {
  const url = await signedUrl(access.client, key, CHECK_URL_SECONDS);
  const response = await fetch(url, { signal });
  if (!response.ok || response.body === null) {
    throw failureOf({ data: null, error: null, status: response.status }, { message: 'reading back failed' });
  }
  return sha256Of(Readable.fromWeb(response.body), signal);
};

const put = async (access: StorageAccess, upload: FilmUpload, signal: AbortSignal): Promise<StoredFile> => {
  const { size: sizeBytes } = await stat(upload.path);
  const sha256 = await sha256Of(createReadStream(upload.path), signal);
  if (sizeBytes > CHUNK_BYTES) await sendResumable(access, upload, { sha256, sizeBytes, signal });
  else await sendWhole(access, upload, sha256);
  if ((await storedSha256(access, keyOf(upload), signal)) !== sha256) {
    throw new LecternError('checksum_mismatch', {
      message: `What Storage holds of ${upload.name} is not what was sent.`,
      fix: 'Publish again; the film on disk is whole.',
      retryable: true,
    });
  }
  return { name: upload.name, sizeBytes, sha256 };
};

export const supabaseFiles = (access: StorageAccess): FilmFiles => ({
  put: (upload, signal) => put(access, upload, signal),
  signedUrl: (file, seconds) => signedUrl(access.client, keyOf(file), seconds),
});
