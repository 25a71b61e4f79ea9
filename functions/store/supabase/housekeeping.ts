import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { Swept, SweepTime } from '../../../shared/contract/sweep.ts';
import type { Housekeeping } from '../port.ts';
import { answerOf, call } from './answers.ts';
import { removeFilm, removeStale } from './films.ts';
import { dateSchema } from './rows.ts';

const usedSchema = z.object({ hash: z.string(), is_narration: z.boolean() });
const logSchema = z.object({ name: z.string(), size_bytes: z.number() });
const filmSchema = z.object({ job_id: z.uuid(), user_id: z.uuid(), stale_files: z.array(z.string()), files: z.array(z.object({ sizeBytes: z.number() })) });
const sweptSchema = z.object({ count: z.int(), bytes: z.number() });
const FILM_COLUMNS = Object.keys(filmSchema.shape).join(',');

/** Every row of a function that answers in pages, each beginning after the last key of the one before. */
async function* pagesOf<Row>(page: (after: string) => Promise<Row[]>, keyOf: (row: Row) => string): AsyncGenerator<Row[]> {
  for (let rows = await page(''); rows.length > 0; rows = await page(keyOf(rows.at(-1) as Row))) yield rows;
}

const sweepErrorLogs = async (client: SupabaseClient, { before, dryRun }: SweepTime): Promise<Swept> => {
  const swept: Swept = { count: 0, bytes: 0 };
  const page = (p_after: string) => call(client, { name: 'old_error_logs', values: { p_before: before.toISOString(), p_after } }, z.array(logSchema));
  for await (const logs of pagesOf(page, ({ name }) => name)) {
    swept.count += logs.length;
    swept.bytes += logs.reduce((sum, { size_bytes: bytes }) => sum + bytes, 0);
    if (!dryRun) await answerOf(client.storage.from('error-logs').remove(logs.map(({ name }) => name)), z.unknown());
  }
  // Objects first: whoever is killed between finds the rest again.
  if (!dryRun) await answerOf(client.from('error_logs').delete().lt('created_at', before.toISOString()).select('id'), z.array(z.unknown()));
  return swept;
};

const sweepFilms = async (client: SupabaseClient, { before, dryRun }: SweepTime): Promise<Swept> => {
  const films = () => client.from('video_metadata').select(FILM_COLUMNS);
  const stale = await answerOf(films().neq('stale_files', '{}').is('deleted_at', null).lt('updated_at', before.toISOString()), z.array(filmSchema));
  const hidden = await answerOf(films().is('of_job', null).lt('deleted_at', before.toISOString()), z.array(filmSchema));
  for (const { job_id: jobId } of dryRun ? [] : stale) await removeStale(client, jobId);
  for (const { job_id: jobId, user_id: userId } of dryRun ? [] : hidden) await removeFilm(client, jobId, userId);
  const bytes = hidden.flatMap(({ files }) => files).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { count: stale.reduce((sum, { stale_files: names }) => sum + names.length, 0) + hidden.length, bytes };
};

export const supabaseHousekeeping = (client: SupabaseClient): Housekeeping => ({
  async inUse() {
    // Asked for first: a job that begins after that finds nothing that is old enough to go.
    const runningSince = await call(client, { name: 'oldest_running_job', values: {} }, dateSchema.nullable());
    const used: z.infer<typeof usedSchema>[] = [];
    const page = (p_after: string) => call(client, { name: 'artefacts_in_use', values: { p_after } }, z.array(usedSchema));
    for await (const rows of pagesOf(page, ({ hash }) => hash)) used.push(...rows);
    const hashes = (isNarration: boolean): string[] => used.filter(({ is_narration: is }) => is === isNarration).map(({ hash }) => hash);
    return { clips: hashes(false), narrations: hashes(true), runningSince: runningSince ?? undefined };
  },
  sweepEvents: ({ before, dryRun }) =>
    call(client, { name: 'sweep_events', values: { p_before: before.toISOString(), p_is_dry: dryRun } }, sweptSchema),
  sweepErrorLogs: (time) => sweepErrorLogs(client, time),
  sweepFilms: (time) => sweepFilms(client, time),
});
