import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Swept } from '../../shared/contract/sweep.ts';

export interface FoundFile {
  path: string;
  name: string;
  bytes: number;
  /** Milliseconds since 1970 at which it was written, or last asked for. */
  usedAt: number;
}

export interface Sweeping {
  now: Date;
  /** Say what would go, and leave it. */
  dryRun: boolean;
}

export const HOUR_MS = 3600 * 1000;
export const DAY_MS = 24 * HOUR_MS;

/** Names in a folder; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}

/** The files that stand in a folder, and not deeper. What goes meanwhile is left out. */
export async function filesIn(folder: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const file = await stat(path).catch(() => undefined);
    if (file?.isFile()) found.push({ path, name, bytes: file.size, usedAt: file.mtimeMs });
  }
  return found;
}

/** Sum of the files of a folder and of those in it, and when the latest of them was written. */
export async function sizeOf(folder: string): Promise<{ bytes: number; usedAt: number }> {
  let [bytes, usedAt] = [0, (await stat(folder).catch(() => undefined))?.mtimeMs ?? 0];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])) {
    const file = entry.isFile() ? await stat(join(entry.parentPath, entry.name)).catch(() => undefined) : undefined;
    bytes += file?.size ?? 0;
    usedAt = Math.max(usedAt, file?.mtimeMs ?? 0);
  }
  return { bytes, usedAt };
}

/** Removes files that nobody has asked for since they were looked at. */
export async function removeFiles(files: readonly FoundFile[], { dryRun }: Sweeping): Promise<Swept> {
  const swept: Swept = { count: 0, bytes: 0 };
  for (const { path, bytes, usedAt } of files) {
    const now = await stat(path).catch(() => undefined);
    if (now?.mtimeMs !== usedAt) continue;
    if (!dryRun) await rm(path, { force: true });
    swept.count += 1;
    swept.bytes += bytes;
  }
  return swept;
}

export interface Keeping {
  /** What is younger stays, whatever the size of all. */
  youngestAt: number;
  /** What is older goes. */
  oldestAt: number;
  /** What all may have together: the oldest go first. */
  mostBytes: number;
}

/** Of files that may go, those that are too old, or the oldest of too many. @param othersBytes of the files that must stay */
export function tooOldOrTooMany<File extends Pick<FoundFile, 'bytes' | 'usedAt'>>(files: readonly File[], { youngestAt, oldestAt, mostBytes }: Keeping, othersBytes = 0): File[] {
  const all = [...files].sort((one, other) => one.usedAt - other.usedAt);
  let bytes = othersBytes + all.reduce((sum, file) => sum + file.bytes, 0);
  return all.filter((file) => {
    const goes = file.usedAt < youngestAt && (file.usedAt < oldestAt || bytes > mostBytes);
    if (goes) bytes -= file.bytes;
    return goes;
  });
}
