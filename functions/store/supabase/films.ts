import { createHash, randomBytes } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';
import type { FilmPublication, FilmQuery, Films, Shares } from '../port.ts';
import { answerOf, call } from './answers.ts';
import { FILM_COLUMNS, filmOf, type FilmRow, filmRowSchema } from './rows.ts';

const DEFAULT_LIMIT = 20;
const LIMIT_MAX = 100;
const rowsSchema = z.array(z.object({ job_id: z.string() }));
/** A function that returns a boolean column of no row answers null. */
const doneSchema = z.boolean().nullable();

const cursorSchema = z.tuple([z.iso.datetime({ offset: true }), z.uuid()]);
const cursorOf = (row: FilmRow): string => Buffer.from(JSON.stringify([row.created_at, row.job_id])).toString('base64url');
const parseCursor = (text: string): z.infer<typeof cursorSchema> => {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch (cause) {
    throw new LecternError('invalid_cursor', {
      message: 'This is not a place in a list that we have given out.',
      fix: 'Begin at the first page, and take `next` as it is.',
      cause,
    });
  }
};

const publicationValues = (film: FilmPublication) => ({
  title: film.title,
  video_url: film.videoUrl,
  filename: film.filename,
  poster_url: film.posterUrl,
  captions_url: film.captionsUrl,
  duration_seconds: film.durationSeconds,
  keywords: film.keywords,
  plan: film.plan,
  code: film.code,
  files: film.files,
  partial: film.partial,
});

const listPage = async (client: SupabaseClient, query: FilmQuery) => {
  const limit = Math.min(Math.max(query.limit ?? DEFAULT_LIMIT, 1), LIMIT_MAX);
  const [createdAt, jobId] = query.after === undefined ? [] : parseCursor(query.after);
  const values = {
    p_user_id: query.userId,
    p_search: query.search,
    p_limit: limit,
    p_before_created_at: createdAt,
    p_before_job_id: jobId,
  };
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const rows = await answerOf(client.rpc('list_films', given).select(FILM_COLUMNS), z.array(filmRowSchema));
  const last = rows.at(-1);
  return { items: rows.map(filmOf), next: rows.length === limit && last !== undefined ? cursorOf(last) : undefined };
};

/** Everything under the film's folder; a folder of a film holds a dozen files, never a thousand. */
const removeObjects = async (client: SupabaseClient, folder: string): Promise<void> => {
  const bucket = client.storage.from('films');
  const entries = await answerOf(bucket.list(folder, { limit: 1000 }), z.array(z.object({ name: z.string() })));
  if (entries.length === 0) return;
  await answerOf(bucket.remove(entries.map((entry) => `${folder}/${entry.name}`)), z.unknown());
};

/** A film that is hidden: its objects, and its row last. */
export const removeFilm = async (client: SupabaseClient, jobId: string, userId: string): Promise<void> => {
  await removeObjects(client, `${userId}/${jobId}`);
  await answerOf(client.from('video_metadata').delete().eq('job_id', jobId).eq('user_id', userId).select('job_id'), rowsSchema);
};

const staleSchema = z.object({ user_id: z.uuid(), stale_files: z.array(z.string()) });

/** Objects of films whose place another has taken; whoever is killed meanwhile leaves them to the next call. */
export const removeStale = async (client: SupabaseClient, jobId: string): Promise<void> => {
  const films = () => client.from('video_metadata');
  const row = await answerOf(films().select('user_id,stale_files').eq('job_id', jobId).maybeSingle(), staleSchema.nullable());
  if (row === null || row.stale_files.length === 0) return;
  await answerOf(client.storage.from('films').remove(row.stale_files.map((name) => `${row.user_id}/${jobId}/${name}`)), z.unknown());
  await answerOf(films().update({ stale_files: [] }).eq('job_id', jobId).select('job_id'), rowsSchema);
};

export const supabaseFilms = (client: SupabaseClient): Films => {
  const films = () => client.from('video_metadata');
  const one = async (asked: PromiseLike<{ data: unknown; error: { message: string } | null; status: number }>) => {
    const row = await answerOf(asked, filmRowSchema.nullable());
    return row === null ? undefined : filmOf(row);
  };
  return {
    find: (jobId, userId) =>
      one(films().select(FILM_COLUMNS).eq('job_id', jobId).eq('user_id', userId).is('of_job', null).is('deleted_at', null).maybeSingle()),
    findPublic: (jobId) =>
      one(
        films().select(FILM_COLUMNS).eq('job_id', jobId).eq('is_public', true).eq('status', 'completed').is('deleted_at', null).maybeSingle(),
      ),
    list: (query) => listPage(client, query),
    async publish(jobId, film) {
      const values = { p_job_id: jobId, p_film: publicationValues(film) };
      const isPublished = await call(client, { name: 'publish_film', values }, z.boolean());
      if (isPublished) await removeStale(client, jobId);
      return isPublished;
    },
    async update(jobId, userId, changes) {
      const p_changes = { title: changes.title, keywords: changes.keywords, is_public: changes.isPublic };
      return call(client, { name: 'update_film', values: { p_job_id: jobId, p_user_id: userId, p_changes } }, z.boolean());
    },
    async remove(jobId, userId) {
      const values = { p_job_id: jobId, p_user_id: userId };
      if ((await call(client, { name: 'hide_film', values }, doneSchema)) !== true) return false;
      await removeFilm(client, jobId, userId);
      return true;
    },
  };
};

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export const supabaseShares = (client: SupabaseClient): Shares => {
  const films = () => client.from('video_metadata');
  const set = async (film: { jobId: string; userId: string }, hash: string | null): Promise<boolean> => {
    const change = films().update({ share_token: hash }).eq('job_id', film.jobId).eq('user_id', film.userId).is('of_job', null).is('deleted_at', null);
    return (await answerOf(change.select('job_id'), rowsSchema)).length > 0;
  };
  return {
    async rotate(jobId, userId) {
      const token = randomBytes(24).toString('base64url');
      return (await set({ jobId, userId }, hashOf(token))) ? token : undefined;
    },
    revoke: (jobId, userId) => set({ jobId, userId }, null),
    async find(token) {
      const asked = films().select(FILM_COLUMNS).eq('share_token', hashOf(token)).eq('status', 'completed').is('deleted_at', null);
      const row = await answerOf(asked.maybeSingle(), filmRowSchema.nullable());
      return row === null ? undefined : filmOf(row);
    },
  };
};
