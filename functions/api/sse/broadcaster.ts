import type { JobEvent } from '../../../shared/contract/event.ts';
import type { ApiParts } from '../parts.ts';
import { type Channel, type NewClient, openChannel } from './channel.ts';

/** Every client hears something this often; a part of them at each tick, so that no tick is long. */
const HEARTBEAT_MS = 15_000;
const SHARES = 10;
/** Jobs whose owner and end are remembered, so that ten thousand clients who come back cost no ten thousand queries. */
const REMEMBERED_JOBS = 2000;

/** What is known of a job without asking the store. */
export interface KnownJob {
  userId: string;
  lastSequence: number;
  ended: boolean;
}

export interface Broadcaster {
  known(jobId: string): KnownJob | undefined;
  /** Hands the response over: from here on it is written to, and ended, by the job's events. */
  join(job: { jobId: string; userId: string }, client: NewClient): void;
  /** Cuts off who follows a job that is no more. */
  forget(jobId: string): void;
}

type BroadcasterParts = Pick<ApiParts, 'events' | 'clock' | 'timer' | 'log' | 'publicUrl' | 'closing'>;

/** Everyone who follows events in this process: one reader of the log and one encoding a job, however many clients. */
export function createBroadcaster(parts: BroadcasterParts): Broadcaster {
  const channels = new Map<string, { channel: Channel; userId: string; stop: () => void }>();
  const ended = new Map<string, KnownJob>();
  let share = 0;
  const stopBeating = parts.timer.every(HEARTBEAT_MS / SHARES, () => {
    share = (share + 1) % SHARES;
    for (const { channel } of channels.values()) channel.beat({ index: share, of: SHARES });
  });
  parts.closing.addEventListener('abort', () => {
    stopBeating();
    for (const jobId of [...channels.keys()]) forget(jobId);
  });

  const remember = (jobId: string, job: KnownJob): void => {
    ended.set(jobId, job);
    const [oldest] = ended.keys();
    if (ended.size > REMEMBERED_JOBS && oldest !== undefined) ended.delete(oldest);
  };
  const forget = (jobId: string): void => {
    ended.delete(jobId);
    const open = channels.get(jobId);
    channels.delete(jobId);
    open?.stop();
    open?.channel.cut();
  };
  const open = (jobId: string, userId: string): Channel => {
    const reading = new AbortController();
    const close = (): void => {
      reading.abort();
      if (channels.get(jobId)?.channel === channel) channels.delete(jobId);
    };
    const videoUrlOf = (event: JobEvent): string => filmUrl(parts.publicUrl, event);
    const channel = openChannel({ seconds: () => parts.clock.seconds(), videoUrlOf, onEmpty: close });
    channels.set(jobId, { channel, userId, stop: close });
    const read = async (): Promise<void> => {
      for await (const events of parts.events.follow(jobId, 0, reading.signal)) channel.push(events);
      const { lastSequence } = channel.log;
      if (channel.log.ended) remember(jobId, { userId, lastSequence, ended: true });
    };
    read().catch((error: unknown) => {
      parts.log.error({ error, jobId }, 'Events could not be followed; the clients were cut off.');
      close();
      channel.cut();
    });
    return channel;
  };

  return {
    known(jobId) {
      const followed = channels.get(jobId);
      if (!followed) return ended.get(jobId);
      const { lastSequence, ended: isEnded } = followed.channel.log;
      return { userId: followed.userId, lastSequence, ended: isEnded };
    },
    join({ jobId, userId }, client) {
      (channels.get(jobId)?.channel ?? open(jobId, userId)).join(client);
    },
    forget,
  };
}

/** Where a job's film is: where its last event says, unless that is no address of the web. */
const filmUrl = (publicUrl: string, event: JobEvent): string =>
  event.type === 'job.finished' && /^https?:/.test(event.film) ? event.film : `${publicUrl}/v1/videos/${event.jobId}/file`;
