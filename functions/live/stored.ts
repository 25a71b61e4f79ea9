import { checked } from './names.ts';
import type { KeptLiveFilm, LiveFiles, LiveFilms } from './port.ts';

/** Objects that every host reaches, each under `<film>/<name>`. */
export interface LiveObjects {
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Whole, or not at all; over what was there. */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /** False where there is one of that path already. */
  create(path: string, bytes: Uint8Array): Promise<boolean>;
  films(): Promise<string[]>;
  list(film: string): Promise<{ path: string; sizeBytes: number; changedAt: Date }[]>;
  remove(paths: string[]): Promise<void>;
}

/** Playlists are written from records each time that somebody asks, and a record never changes. */
const RECORD = /^section-\d+\.json$/;
const REMEMBERED_MS = 60_000;
const MOST_REMEMBERED = 5000;

interface Remembered {
  bytes: Uint8Array<ArrayBuffer>;
  untilMs: number;
}

/** Keeps them where workers and services of all hosts find them. */
export function storedLiveFilms(objects: LiveObjects): LiveFilms {
  const remembered = new Map<string, Remembered>();
  const read = async (path: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    const known = remembered.get(path);
    if (known !== undefined && known.untilMs > performance.now()) return known.bytes;
    remembered.delete(path);
    const bytes = await objects.read(path);
    if (bytes !== undefined && RECORD.test(path.slice(path.indexOf('/') + 1))) remember(remembered, path, bytes);
    return bytes;
  };
  return {
    film: (jobId) => filesOf({ ...objects, read }, checked(jobId)),
    async remove(jobId) {
      const prefix = `${checked(jobId)}/`;
      for (const path of remembered.keys()) if (path.startsWith(prefix)) remembered.delete(path);
      for (let found = await objects.list(jobId); found.length > 0; found = await objects.list(jobId)) await objects.remove(found.map(({ path }) => path));
    },
    async kept() {
      const kept: KeptLiveFilm[] = [];
      for (const jobId of await objects.films()) {
        const found = await objects.list(jobId);
        const changedAt = Math.max(...found.map((each) => each.changedAt.getTime()));
        if (found.length > 0) kept.push({ jobId, sizeBytes: found.reduce((sum, each) => sum + each.sizeBytes, 0), changedAt: new Date(changedAt) });
      }
      return kept;
    },
  };
}

function remember(remembered: Map<string, Remembered>, path: string, bytes: Uint8Array<ArrayBuffer>): void {
  const [oldest] = remembered.keys();
  if (remembered.size >= MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  remembered.set(path, { bytes, untilMs: performance.now() + REMEMBERED_MS });
}

const filesOf = (objects: Pick<LiveObjects, 'read' | 'put' | 'create'>, film: string): LiveFiles => ({
  read: (name) => objects.read(`${film}/${checked(name)}`),
  put: (name, bytes) => objects.put(`${film}/${checked(name)}`, bytes),
  create: (name, bytes) => objects.create(`${film}/${checked(name)}`, bytes),
});
