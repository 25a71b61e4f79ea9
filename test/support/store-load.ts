import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { SupabaseClient } from '@supabase/supabase-js';
import { filmBytes, sha256 } from './jobs.ts';

/** Everything that the store said yes to. */
export interface Acknowledged {
  events: { jobId: string; sequence: number }[];
  jobs: string[];
  files: { path: string; sha256: string }[];
}

export interface Load {
  acknowledged: Acknowledged;
  refused: () => number;
  /** Where to send from now on. */
  use: (service: SupabaseClient) => void;
  stop: () => Promise<void>;
}

const WRITERS = 4;

/** Writes jobs, events and files without a pause, and keeps what was acknowledged. */
export const startLoad = (first: SupabaseClient, userId: string): Load => {
  let service = first;
  let going = true;
  let refused = 0;
  const acknowledged: Acknowledged = { events: [], jobs: [], files: [] };

  const once = async (): Promise<void> => {
    const jobId = randomUUID();
    const job = { job_id: jobId, topic: 'x', request_hash: 'h' };
    const created = await service.rpc('create_job', { p_user_id: userId, p_job: job });
    if (created.error !== null) throw created.error;
    acknowledged.jobs.push(jobId);
    const appended = await service.rpc('append_event', { p_job_id: jobId, p_type: 'warning', p_data: { pad: 'x'.repeat(500) } });
    if (appended.error !== null) throw appended.error;
    acknowledged.events.push({ jobId, sequence: (appended.data as { sequence: number }).sequence });
    const bytes = filmBytes(100_000);
    const path = `${userId}/${jobId}/film.mp4`;
    const sent = await service.storage.from('films').upload(path, bytes, { contentType: 'video/mp4' });
    if (sent.error !== null) throw sent.error;
    acknowledged.files.push({ path, sha256: sha256(bytes) });
    await service.storage.from('films').update(path, bytes, { contentType: 'video/mp4' });
  };
  const writer = async (): Promise<void> => {
    while (going) {
      try {
        await once();
      } catch {
        refused++;
        await delay(50);
      }
    }
  };
  const writers = Array.from({ length: WRITERS }, writer);
  return {
    acknowledged,
    refused: () => refused,
    use: (next) => (service = next),
    async stop() {
      going = false;
      await Promise.all(writers);
    },
  };
};

const BATCH = 100;

/** What was acknowledged and is not there, or not as it was sent. */
export const lostOf = async (service: SupabaseClient, acknowledged: Acknowledged): Promise<string[]> => {
  const lost: string[] = [];
  for (let start = 0; start < acknowledged.jobs.length; start += BATCH) {
    const ids = acknowledged.jobs.slice(start, start + BATCH);
    const rows = await service.from('job_events').select('job_id,sequence').in('job_id', ids);
    const jobs = await service.from('video_metadata').select('job_id').in('job_id', ids);
    if (rows.error !== null || jobs.error !== null) throw new Error(rows.error?.message ?? jobs.error?.message);
    const events = new Set(rows.data.map((row) => `${row.job_id} ${row.sequence}`));
    const known = new Set(jobs.data.map((row) => row.job_id as string));
    lost.push(...ids.filter((id) => !known.has(id)));
    const sent = acknowledged.events.filter((event) => ids.includes(event.jobId)).map((event) => `${event.jobId} ${event.sequence}`);
    lost.push(...sent.filter((event) => !events.has(event)));
  }
  for (const file of acknowledged.files) {
    const back = await service.storage.from('films').download(file.path);
    const same = back.error === null && sha256(Buffer.from(await back.data.arrayBuffer())) === file.sha256;
    if (!same) lost.push(file.path);
  }
  return lost;
};
