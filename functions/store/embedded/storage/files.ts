import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { tooLarge } from './storage-error.ts';

/** Bytes that are safely on the disk, and have no name yet that anybody could ask for. */
export interface Spooled {
  path: string;
  sizeBytes: number;
  /** MD5, in quotes, as storage-api has it. */
  etag: string;
}

/** Bytes of objects: `objects/<bucket>/<version>`, so that a key never becomes a path. */
export interface ObjectFiles {
  incoming: string;
  resumable: string;
  objects: string;
  pathOf: (bucketId: string, version: string) => string;
  spool: (stream: Readable, limitBytes: number) => Promise<Spooled>;
  /** Measures and secures a file that stands already. */
  measure: (path: string) => Promise<Spooled>;
  /** Gives spooled bytes their name; whole and on the disk when it returns. */
  keep: (spooled: Spooled, bucketId: string, version: string) => Promise<void>;
  drop: (path: string) => Promise<void>;
}

const syncFolder = async (path: string): Promise<void> => {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    await handle.sync();
  } finally {
    await handle?.close();
  }
};

const measuring = (limitBytes: number) => {
  const digest = createHash('md5');
  let sizeBytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) return done(tooLarge());
      digest.update(chunk);
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ sizeBytes, etag: `"${digest.digest('hex')}"` }) };
};

const drop = (path: string): Promise<void> => rm(path, { force: true });

const spoolTo = async (path: string, stream: Readable, limitBytes: number): Promise<Spooled> => {
  const meter = measuring(limitBytes);
  try {
    await pipeline(stream, meter.stream, createWriteStream(path, { flush: true, mode: 0o600 }));
  } catch (error) {
    await drop(path);
    throw error;
  }
  return { path, ...meter.result() };
};

const measure = async (path: string): Promise<Spooled> => {
  const handle = await open(path, 'r+');
  await handle.sync().finally(() => handle.close());
  const meter = measuring(Infinity);
  meter.stream.resume();
  await pipeline(createReadStream(path), meter.stream);
  return { path, ...meter.result() };
};

/** @param root belongs to us alone */
export const openObjectFiles = async (root: string): Promise<ObjectFiles> => {
  const folders = { incoming: join(root, 'incoming'), resumable: join(root, 'resumable'), objects: join(root, 'objects') };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });
  const pathOf = (bucketId: string, version: string) => join(folders.objects, encodeURIComponent(bucketId), version);
  return {
    ...folders,
    pathOf,
    spool: (stream, limitBytes) => spoolTo(join(folders.incoming, randomUUID()), stream, limitBytes),
    measure,
    drop,
    async keep(spooled, bucketId, version) {
      const target = pathOf(bucketId, version);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await rename(spooled.path, target);
      await syncFolder(dirname(target));
    },
  };
};
