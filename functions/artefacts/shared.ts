import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artefacts } from './port.ts';

/** Files that every host finds under their key. */
export interface SharedObjects {
  /** Writes what is kept under the key to the path, and answers since when it is kept; undefined where there is nothing. */
  fetch(key: string, path: string): Promise<Date | undefined>;
  /** Keeps the file, whole or not at all. */
  keep(key: string, path: string): Promise<void>;
}

const DAY_MS = 24 * 3600 * 1000;

export interface SharedArtefactsParts {
  /** Of this host: what it has found once it finds again at once. */
  folder: Artefacts;
  objects: SharedObjects;
  /** Where files are on their way. */
  scratchFolder: string;
  onTrouble: (note: string, error: unknown) => void;
}

/**
 * Artefacts that workers on other hosts find as well. Where the shared place does not answer, this host goes on with its own: what
 * could not be shared is made again elsewhere, if it is needed there.
 */
export function sharedArtefacts({ folder, objects, scratchFolder, onTrouble }: SharedArtefactsParts): Artefacts {
  const share = (key: string, path: string): Promise<void> =>
    objects.keep(key, path).catch((error: unknown) => onTrouble('What was made here cannot be shared with other workers.', error));
  const fetched = async (key: string): Promise<string | undefined> => {
    await mkdir(scratchFolder, { recursive: true });
    const path = join(scratchFolder, randomUUID());
    try {
      const keptSince = await objects.fetch(key, path);
      if (keptSince === undefined) return undefined;
      const found = await folder.put(key, path);
      // A sweep knows of objects nothing but since when they are kept.
      if (keptSince.getTime() < Date.now() - DAY_MS) await share(key, found);
      return found;
    } catch (error) {
      onTrouble('What other workers have made cannot be looked for.', error);
      return undefined;
    } finally {
      await rm(path, { force: true });
    }
  };
  return {
    get: async (key) => (await folder.get(key)) ?? fetched(key),
    async put(key, path) {
      const kept = await folder.put(key, path);
      await share(key, kept);
      return kept;
    },
  };
}
