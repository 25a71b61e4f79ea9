import { z } from 'zod';
import { answerOf, failureOf } from './answers.ts';
import type { StorageAccess } from './files.ts';
import { listingOf } from './listing.ts';

/** Which only the service reads; artefacts stand beside them, under two hex digits. */
const BUCKET = 'artefacts';
const FOLDER = 'live';
const NOT_FOUND = [400, 404];
const CONTENT = 'application/octet-stream';

/** What can be watched of films that are being made, for services and workers of all hosts. */
export const supabaseLive = ({ client, url, secretKey }: StorageAccess) => {
  const storage = () => client.storage.from(BUCKET);
  const listing = listingOf(client, BUCKET);
  return {
    async read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
      const headers = { authorization: `Bearer ${secretKey}`, apikey: secretKey };
      const answer = await fetch(`${url}/storage/v1/object/authenticated/${BUCKET}/${FOLDER}/${path}`, { headers }).catch((cause: unknown) => {
        throw failureOf({ data: null, error: null, status: 0 }, { message: String(cause) });
      });
      if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
      await answer.body?.cancel();
      if (NOT_FOUND.includes(answer.status)) return undefined;
      throw failureOf({ data: null, error: null, status: answer.status }, { message: 'no object' });
    },
    async put(path: string, bytes: Uint8Array): Promise<void> {
      await answerOf(storage().upload(`${FOLDER}/${path}`, bytes, { contentType: CONTENT, upsert: true }), z.unknown());
    },
    async create(path: string, bytes: Uint8Array): Promise<boolean> {
      const answer = await storage().upload(`${FOLDER}/${path}`, bytes, { contentType: CONTENT, upsert: false });
      if (answer.error !== null && isTaken(answer.error)) return false;
      await answerOf(Promise.resolve(answer), z.unknown());
      return true;
    },
    films: () => listing.foldersIn(FOLDER),
    list: async (film: string) => (await listing.objectsIn(`${FOLDER}/${film}`)).map(({ name, ...object }) => ({ path: `${film}/${name}`, ...object })),
    remove: (paths: string[]) => listing.remove(paths.map((path) => `${FOLDER}/${path}`)),
  };
};

/** Storage answers 400 for nearly everything, and says in its body what it means. */
const isTaken = (error: { message: string; status?: number | undefined; statusCode?: string | undefined }): boolean =>
  error.status === 409 || error.statusCode === '409' || /already exists|duplicate/i.test(error.message);
