import { LecternError } from '../../shared/errors.ts';
import type { Outbox, WaitingFilm } from './outbox.ts';

interface StoredFile {
  name: string;
  sizeBytes: number;
  sha256: string;
}

/** What of a store publishing needs. */
export interface FilmStore {
  files: {
    put(
      upload: { userId: string; jobId: string; name: string; path: string; contentType: string; title: string },
      signal: AbortSignal,
    ): Promise<StoredFile>;
  };
  films: { publish(jobId: string, film: FilmRow): Promise<boolean> };
}
interface FilmRow {
  title?: string;
  videoUrl: string;
  filename: string;
  posterUrl: string;
  captionsUrl: string;
  durationSeconds: number;
  keywords?: string[];
  plan: unknown;
  code: string;
  files: StoredFile[];
  partial: boolean;
}

export interface SendParts {
  outbox: Outbox;
  store: FilmStore;
  userId: string;
  /** Address of the film's page in the API. */
  address: string;
}

const contentTypes: Record<string, string> = {
  mp4: 'video/mp4',
  vtt: 'text/vtt',
  jpg: 'image/jpeg',
  md: 'text/plain',
  json: 'application/json',
  py: 'text/x-python',
};
const TITLE_CHARACTERS = 300;

/**
 * Sends a film's files, each compared with what arrived, and then, in one call, everything that the rows say of it.
 * @throws LecternError where the store does not take it, or has no such job any more
 */
export async function sendFilm(film: WaitingFilm, { outbox, store, userId, address }: SendParts, signal: AbortSignal): Promise<void> {
  const { jobId, edition, durationSeconds, keywords, plan, code, partial } = film;
  const title = [...film.title].slice(0, TITLE_CHARACTERS).join('');
  const files: StoredFile[] = [];
  for (const { name, sha256 } of film.files) {
    const contentType = contentTypes[name.split('.').at(-1) ?? ''] ?? 'text/plain';
    const stored = await store.files.put({ userId, jobId, name, path: outbox.pathOf(jobId, name), contentType, title }, signal);
    if (stored.sha256 !== sha256) throw changed(name);
    files.push(stored);
  }
  signal.throwIfAborted();
  const urls = { videoUrl: `${address}/file`, posterUrl: `${address}/poster`, captionsUrl: `${address}/captions.vtt` };
  const movie = files.find(({ name }) => name.endsWith('.mp4'))?.name ?? '';
  // A film that takes the place of another is called as its owner has called that one.
  const named = edition === undefined ? { title, keywords } : {};
  const row = { ...named, ...urls, filename: `${userId}/${jobId}/${movie}`, durationSeconds, plan, code, files, partial };
  if (!(await store.films.publish(jobId, row))) throw deleted();
}

const changed = (name: string): LecternError =>
  new LecternError('film_changed', { message: `${name} is not what it was when the film was finished.`, fix: 'Make the film again.' });

const deleted = (): LecternError =>
  new LecternError('film_deleted', { message: 'The film has been deleted while it was being published.', fix: 'Make it again, if it is wanted.' });
