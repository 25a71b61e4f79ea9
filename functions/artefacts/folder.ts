import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Artefacts } from './port.ts';

/** Keeps artefacts in a folder of this host, two hex digits a shelf, so that no listing grows without bound. */
export function folderArtefacts(root: string): Artefacts {
  const pathOf = (key: string): string => join(root, key.slice(0, 2), key.slice(2));
  return {
    async get(key) {
      const found = await stat(pathOf(key)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return found?.isFile() ? pathOf(key) : undefined;
    },
    async put(key, path) {
      const kept = pathOf(key);
      await mkdir(dirname(kept), { recursive: true });
      // Renamed into place, so that a reader or a crash never meets half a file.
      const unfinished = `${kept}.${randomUUID()}`;
      await copyFile(path, unfinished, constants.COPYFILE_FICLONE);
      await rename(unfinished, kept);
      return kept;
    },
  };
}
