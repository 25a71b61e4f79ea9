import type { SupabaseClient } from '@supabase/supabase-js';
import { createJob, createUser, dataOf } from './jobs.ts';
import type { Backend } from './supabase.ts';

const IN_FLIGHT = 40;

interface Kind {
  name: string;
  ask: () => Promise<boolean>;
}

const rowsOf = async (client: SupabaseClient, table: string, ids: string[]): Promise<number> =>
  dataOf(await client.from(table).select('job_id').in('job_id', ids)).length;

/**
 * Asks as anonymous, owner, another user and service at once, rows and files in turn, and tells every answer that was not
 * the asker's own.
 */
export const raceOfRoles = async (backend: Backend, requests: number): Promise<string[]> => {
  const [first, second] = [await createUser(backend.service), await createUser(backend.service)];
  const jobs = async (user: typeof first, count: number) =>
    Promise.all(Array.from({ length: count }, async (_, index) => (await createJob(backend.service, user, { request_hash: String(index) })).job_id));
  const [ofFirst, ofSecond] = [await jobs(first, 3), await jobs(second, 5)];
  const all = [...ofFirst, ...ofSecond];
  const path = `${first.id}/race/plan.json`;
  dataOf(await backend.service.storage.from('films').upload(path, '{}', { contentType: 'application/json' }));
  const [asFirst, asSecond] = [await backend.asUser(first.subject), await backend.asUser(second.subject)];
  const reads = async (client: SupabaseClient) => (await client.storage.from('films').download(path)).error === null;
  const kinds: Kind[] = [
    { name: 'service rows', ask: async () => (await rowsOf(backend.service, 'video_metadata', all)) === 8 },
    { name: 'anonymous rows', ask: async () => (await backend.anonymous.from('video_metadata').select('job_id')).error?.code === '42501' },
    { name: 'first rows', ask: async () => (await rowsOf(asFirst, 'video_metadata', all)) === 3 },
    { name: 'second rows', ask: async () => (await rowsOf(asSecond, 'job_progress', all)) === 5 },
    { name: 'broken insert', ask: async () => (await backend.service.from('video_metadata').insert({ user_id: all[0], topic: 'x' })).error?.code === '23503' },
    { name: 'service file', ask: () => reads(backend.service) },
    { name: 'anonymous file', ask: async () => !(await reads(backend.anonymous)) },
    { name: 'first file', ask: () => reads(asFirst) },
    { name: 'second file', ask: async () => !(await reads(asSecond)) },
  ];
  const wrong: string[] = [];
  for (let start = 0; start < requests; start += IN_FLIGHT) {
    const batch = Array.from({ length: Math.min(IN_FLIGHT, requests - start) }, async (_, index) => {
      const kind = kinds[(start + index) % kinds.length] as Kind;
      if (!(await kind.ask())) wrong.push(kind.name);
    });
    await Promise.all(batch);
  }
  return wrong;
};
