import { setTimeout as delay } from 'node:timers/promises';
import { isRetryable, LecternError } from '../../shared/errors.ts';
import type { FilmOwner, WaitingFilm } from './outbox.ts';
import type { Publisher } from './port.ts';
import { sendFilm, type SendParts } from './send.ts';

export interface StorePublisherParts extends Omit<SendParts, 'userId'> {
  owner: FilmOwner;
  /** The id of the owner, whose job has a row from then on. */
  ensureJob(film: WaitingFilm): Promise<string>;
  /** Pauses between attempts at a store that cannot be reached; after the last the film stays here. */
  retryMilliseconds: readonly number[];
  onTrouble: (note: string, error: unknown) => void;
}

/** Puts a film into the store. It stands in the outbox before that, and stays there while the store does not take it. */
export function storePublisher(parts: StorePublisherParts): Publisher {
  return {
    async publish(film, signal) {
      const waiting = await parts.outbox.put(film, parts.owner);
      const address = `${parts.address}/file`;
      try {
        await sendPatiently(waiting, parts, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof LecternError)) throw error;
        if (error.code === 'film_deleted') await parts.outbox.remove(film.jobId);
        parts.onTrouble('A film could not be published; it stands on this host.', error);
        return { film: address, unpublished: `${error.message} The film could not be published; \`npm run publish -- ${film.jobId}\` does it later.` };
      }
      await parts.outbox.remove(film.jobId);
      return { film: address };
    },
  };
}

async function sendPatiently(film: WaitingFilm, parts: StorePublisherParts, signal: AbortSignal): Promise<void> {
  for (const milliseconds of [...parts.retryMilliseconds, undefined]) {
    try {
      const userId = await parts.ensureJob(film);
      return await sendFilm(film, { ...parts, userId }, signal);
    } catch (error) {
      const isWorthAnother = isRetryable(error) && milliseconds !== undefined;
      if (!isWorthAnother) throw error;
      await delay(milliseconds, undefined, { signal });
    }
  }
}
