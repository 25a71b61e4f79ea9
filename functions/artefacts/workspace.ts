import { constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nameDiskFull } from '../../shared/errors.ts';
import type { Workspace } from './port.ts';
import { signFolder } from './work-owner.ts';

const REMOVALS = 5;
const BETWEEN_REMOVALS_MS = 50;

/** A job's working folders under `root`; `close` removes them, unless they are to be kept for a look. */
export async function openWorkspace(root: string, keep: boolean): Promise<Workspace & { path: string; close(): Promise<void> }> {
  await mkdir(root, { recursive: true }).catch(nameDiskFull);
  const path = await mkdtemp(join(root, 'job-')).catch(nameDiskFull);
  if (!keep) {
    await signFolder(path).catch(async (error: unknown) => {
      await rm(path, { recursive: true, force: true });
      nameDiskFull(error);
    });
  }
  return {
    path,
    folder: (name) => mkdtemp(join(path, `${name}-`)).catch(nameDiskFull),
    async write(folder, name, content) {
      const written = join(folder, name);
      await writeFile(written, content).catch(nameDiskFull);
      return written;
    },
    async place(folder, name, from) {
      const placed = join(folder, name);
      // A copy, never a link: tools write in working folders, and an artefact is never changed.
      await copyFile(from, placed, constants.COPYFILE_FICLONE).catch(nameDiskFull);
      return placed;
    },
    read: (file) => readFile(file),
    sizeBytes: async (file) => (await stat(file)).size,
    async close() {
      // What is being written while it is removed makes a folder that was emptied full again.
      if (!keep) await rm(path, { recursive: true, force: true, maxRetries: REMOVALS, retryDelay: BETWEEN_REMOVALS_MS });
    },
  };
}
