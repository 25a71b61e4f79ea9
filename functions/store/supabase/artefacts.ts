import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { answerOf, failureOf } from './answers.ts';
import type { StorageAccess } from './files.ts';
import { listingOf } from './listing.ts';

const BUCKET = 'artefacts';
const NOT_FOUND = [400, 404];
/** Films that are watched while they are made have a folder beside these. */
const SHELF = /^[0-9a-f]{2}$/;

interface KeptObject {
  key: string;
  sizeBytes: number;
  keptSince: Date;
}

/** Objects of the bucket artefacts, which only the service reads: each under two hex digits of its key, so that listings stay short. */
export const supabaseArtefacts = ({ client, url, secretKey }: StorageAccess) => {
  const listing = listingOf(client, BUCKET);
  const nameOf = (key: string): string => `${key.slice(0, 2)}/${key.slice(2)}`;
  return {
    /** Writes what is kept under the key to the path, and answers since when it is kept; undefined where there is nothing. @throws LecternError `store_unavailable` */
    async fetch(key: string, path: string): Promise<Date | undefined> {
      const headers = { authorization: `Bearer ${secretKey}`, apikey: secretKey };
      const answer = await fetch(`${url}/storage/v1/object/authenticated/${BUCKET}/${nameOf(key)}`, { headers }).catch((cause: unknown) => {
        throw failureOf({ data: null, error: null, status: 0 }, { message: String(cause) });
      });
      if (NOT_FOUND.includes(answer.status)) {
        await answer.body?.cancel();
        return undefined;
      }
      if (!answer.ok || answer.body === null) throw failureOf({ data: null, error: null, status: answer.status }, { message: 'no object' });
      await pipeline(Readable.fromWeb(answer.body), createWriteStream(path));
      return new Date(answer.headers.get('last-modified') ?? 0);
    },
    /** Keeps the file, whole or not at all. @throws LecternError `store_unavailable`, `store_refused` */
    async keep(key: string, path: string): Promise<void> {
      const body = Readable.toWeb(createReadStream(path)) as unknown as ReadableStream;
      const asked = client.storage.from(BUCKET).upload(nameOf(key), body, { contentType: 'application/octet-stream', upsert: true, duplex: 'half' });
      await answerOf(asked, z.unknown());
    },
    /** All that is kept. @throws LecternError `store_unavailable`, `store_refused` */
    async kept(): Promise<KeptObject[]> {
      const kept: KeptObject[] = [];
      for (const shelf of (await listing.foldersIn('')).filter((name) => SHELF.test(name))) {
        for (const { name, sizeBytes, changedAt } of await listing.objectsIn(shelf)) kept.push({ key: `${shelf}${name}`, sizeBytes, keptSince: changedAt });
      }
      return kept;
    },
    /** @throws LecternError `store_unavailable`, `store_refused` */
    remove: (keys: readonly string[]): Promise<void> => listing.remove(keys.map(nameOf)),
  };
};
