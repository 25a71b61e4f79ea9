import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nameDiskFull } from '../../shared/errors.ts';
import type { Artefacts } from './port.ts';

/** Keeps artefacts in a folder of this host, two hex digits a shelf, so that no listing grows without bound. */
export function folderArtefacts(root: string): Artefacts {
  const pathOf = (key: string): string => join(root, key.slice(0, 2), key.slice(2));
  return {
    async get(key) {
      const found = await stat(pathOf(key)).catch(absent);
      if (!found?.isFile()) return undefined;
      // What was used last goes last; and what a job has found is not swept while it runs.
      const now = new Date();
      return utimes(pathOf(key), now, now).then(() => pathOf(key), absent);
    },
    async put(key, path) {
      const kept = pathOf(key);
      // Renamed into place, so that a reader or a crash never meets half a file.
      const unfinished = `${kept}.${randomUUID()}`;
      try {
        await mkdir(dirname(kept), { recursive: true });
        await copyFile(path, unfinished, constants.COPYFILE_FICLONE);
        await rename(unfinished, kept);
      } catch (error) {
        await rm(unfinished, { force: true });
        nameDiskFull(error);
      }
      return kept;
    },
  };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
