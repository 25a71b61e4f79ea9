import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptLiveFilm, LiveFiles, LiveFilms } from './port.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;

/** Keeps them in a folder of this host, one inside of it for each film. */
export function folderLiveFilms(root: string): LiveFilms {
  const folderOf = (jobId: string): string => join(root, checked(jobId));
  return {
    film: (jobId) => filesIn(folderOf(jobId)),
    remove: (jobId) => rm(folderOf(jobId), { recursive: true, force: true }),
    async kept() {
      const names = await readdir(root).catch(emptyIfMissing);
      return (await Promise.all(names.map((jobId) => keptIn(folderOf(jobId), jobId)))).filter((each) => each !== undefined);
    },
  };
}

function filesIn(folder: string): LiveFiles {
  const pathOf = (name: string): string => join(folder, checked(name));
  const write = async (bytes: Uint8Array): Promise<string> => {
    await mkdir(folder, { recursive: true });
    const unfinished = join(folder, `.${randomUUID()}`);
    await writeFile(unfinished, bytes);
    return unfinished;
  };
  return {
    read: (name) =>
      readFile(pathOf(name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),
    async put(name, bytes) {
      await rename(await write(bytes), pathOf(name));
    },
    async create(name, bytes) {
      const unfinished = await write(bytes);
      try {
        // A link is made whole, and by one of those who try: a file system's own lock.
        await link(unfinished, pathOf(name));
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      } finally {
        await rm(unfinished, { force: true });
      }
    },
  };
}

async function keptIn(folder: string, jobId: string): Promise<KeptLiveFilm | undefined> {
  const names = await readdir(folder).catch(emptyIfMissing);
  const found = await Promise.all([folder, ...names.map((name) => join(folder, name))].map((path) => stat(path).catch(() => undefined)));
  const stats = found.filter((each) => each !== undefined);
  if (stats.length === 0) return undefined;
  const sizeBytes = stats.reduce((sum, each) => sum + (each.isFile() ? each.size : 0), 0);
  return { jobId, sizeBytes, changedAt: new Date(Math.max(...stats.map(({ mtimeMs }) => mtimeMs))) };
}

function checked(name: string): string {
  if (!NAME.test(name)) throw new RangeError('no name of a live file');
  return name;
}

function emptyIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
