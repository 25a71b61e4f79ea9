import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { answerOf, failureOf } from './answers.ts';
import type { StorageAccess } from './files.ts';

const BUCKET = 'artefacts';
const NOT_FOUND = [400, 404];

/** Objects of the bucket artefacts, which only the service reads: each under two hex digits of its key, so that listings stay short. */
export const supabaseArtefacts = ({ client, url, secretKey }: StorageAccess) => {
  const nameOf = (key: string): string => `${key.slice(0, 2)}/${key.slice(2)}`;
  return {
    /** Writes what is kept under the key to the path; false where there is nothing. @throws LecternError `store_unavailable` */
    async fetch(key: string, path: string): Promise<boolean> {
      const headers = { authorization: `Bearer ${secretKey}`, apikey: secretKey };
      const answer = await fetch(`${url}/storage/v1/object/authenticated/${BUCKET}/${nameOf(key)}`, { headers }).catch((cause: unknown) => {
        throw failureOf({ data: null, error: null, status: 0 }, { message: String(cause) });
      });
      if (NOT_FOUND.includes(answer.status)) {
        await answer.body?.cancel();
        return false;
      }
      if (!answer.ok || answer.body === null) throw failureOf({ data: null, error: null, status: answer.status }, { message: 'no object' });
      await pipeline(Readable.fromWeb(answer.body), createWriteStream(path));
      return true;
    },
    /** Keeps the file, whole or not at all. @throws LecternError `store_unavailable`, `store_refused` */
    async keep(key: string, path: string): Promise<void> {
      const body = Readable.toWeb(createReadStream(path)) as unknown as ReadableStream;
      const asked = client.storage.from(BUCKET).upload(nameOf(key), body, { contentType: 'application/octet-stream', upsert: true, duplex: 'half' });
      await answerOf(asked, z.unknown());
    },
  };
};
