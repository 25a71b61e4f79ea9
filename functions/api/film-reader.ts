import { LecternError } from '../../shared/errors.ts';
import type { FilmFiles } from '../store/port.ts';
import type { FilmReader } from './parts.ts';

const URL_SECONDS = 300;

/** Reads the files of published films from Storage, by addresses that only this service sees. */
export function storedFilms(files: Pick<FilmFiles, 'signedUrl'>, fetchFrom: typeof fetch): FilmReader {
  return {
    list: async (film) => film.files,
    async open({ film: { userId, jobId }, name, range }, signal) {
      const url = await files.signedUrl({ userId, jobId, name }, URL_SECONDS);
      const answer = await fetchFrom(url, { headers: { range: `bytes=${range.first}-${range.last}` }, signal }).catch((cause: unknown) => {
        throw unavailable(cause);
      });
      // Whatever is said of the answer: exactly the bytes asked for, or none.
      const sizeBytes = Number(answer.headers.get('content-length'));
      if (answer.ok && answer.body && sizeBytes === range.last - range.first + 1) return answer.body;
      await answer.body?.cancel();
      throw unavailable(undefined);
    },
  };
}

const unavailable = (cause: unknown): LecternError =>
  new LecternError('store_unavailable', { message: 'The film cannot be read from Storage.', fix: 'Try again in a moment.', retryable: true, cause });
