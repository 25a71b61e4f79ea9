import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageParts } from './parts.ts';
import { SERVICE } from './transactions.ts';

/** What is younger may belong to a write that is going on, in this process or another. */
const SETTLED_AFTER_MS = 3600 * 1000;
const BATCH = 500;

const settledFiles = async (folder: string, now: number): Promise<string[]> => {
  const settled: string[] = [];
  for (const name of await readdir(folder)) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isFile() === true && now - found.ctimeMs > SETTLED_AFTER_MS) settled.push(name);
  }
  return settled;
};

const withoutRow = async (parts: StorageParts, bucketId: string, versions: string[]): Promise<string[]> => {
  const rows = await parts.transactions.as(SERVICE, 'storage.sweep', (query) =>
    query.rows<{ version: string }>('select version from storage.objects where bucket_id = $1 and version = any($2)', [
      bucketId,
      versions,
    ]),
  );
  const known = new Set(rows.map((row) => row.version));
  return versions.filter((version) => !known.has(version));
};

/**
 * Removes what crashes leave behind: bytes that never got a name, and versions without a row.
 * @param now milliseconds since 1970
 * @returns how many files went
 */
export const sweepFiles = async (parts: StorageParts, now: number): Promise<number> => {
  const { files } = parts;
  const stale = (await settledFiles(files.incoming, now)).map((name) => join(files.incoming, name));
  for (const folder of await readdir(files.objects)) {
    const bucketId = decodeURIComponent(folder);
    const versions = await settledFiles(join(files.objects, folder), now);
    for (let start = 0; start < versions.length; start += BATCH) {
      const orphans = await withoutRow(parts, bucketId, versions.slice(start, start + BATCH));
      stale.push(...orphans.map((version) => files.pathOf(bucketId, version)));
    }
  }
  await Promise.all(stale.map(files.drop));
  return stale.length;
};
