import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import { answerOf } from './answers.ts';

/** The most that Storage lists, or removes, in one call. */
const PAGE = 1000;

const folderSchema = z.object({ name: z.string(), id: z.null() });
const objectSchema = z.object({ name: z.string(), updated_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)), metadata: z.object({ size: z.number() }) });

export interface ListedObject {
  name: string;
  sizeBytes: number;
  /** When it was written, or written over. */
  changedAt: Date;
}

/** The folders and objects of one bucket. All of these throw a LecternError `store_unavailable` or `store_refused`. */
export const listingOf = (client: SupabaseClient, bucket: string) => {
  const storage = () => client.storage.from(bucket);
  /** What stands in a folder, and not deeper. */
  const entriesIn = async <Entry>(folder: string, schema: z.ZodType<Entry>): Promise<Entry[]> => {
    const found: Entry[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const page = await answerOf(storage().list(folder, { limit: PAGE, offset }), z.array(schema));
      found.push(...page);
      if (page.length < PAGE) return found;
    }
  };
  return {
    /** Names of the folders of a folder, which holds nothing else. */
    foldersIn: async (folder: string): Promise<string[]> => (await entriesIn(folder, folderSchema)).map(({ name }) => name),
    /** The objects of a folder, which holds nothing else. */
    objectsIn: async (folder: string): Promise<ListedObject[]> =>
      (await entriesIn(folder, objectSchema)).map(({ name, updated_at: changedAt, metadata }) => ({ name, sizeBytes: metadata.size, changedAt })),
    async remove(paths: readonly string[]): Promise<void> {
      for (let index = 0; index < paths.length; index += PAGE) await answerOf(storage().remove(paths.slice(index, index + PAGE)), z.unknown());
    },
  };
};
