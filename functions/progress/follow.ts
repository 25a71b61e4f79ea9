import type { JobEvent } from '../../shared/contract/event.ts';
import { endsJob } from '../../shared/job-progress.ts';
import { type Doorbell, doorbell } from './doorbell.ts';
import { type Listener, startListener } from './listener.ts';
import type { EventFollower } from './port.ts';

/** Between looks at the log while notifications arrive: they should make it superfluous. */
const LISTENING_POLL_MS = 10_000;
const POLL_MS = 1000;

export interface EventHubParts {
  /** Up to some number of events after the sequence, in order. */
  after(jobId: string, sequence: number): Promise<readonly JobEvent[]>;
  /** Of the database that the log is in, for LISTEN; polling where it is not to be had. */
  databaseUrl?: (() => string) | undefined;
  pollMilliseconds?: number;
  onTrouble: (note: string, error: unknown) => void;
}

export interface EventHub extends EventFollower {
  /** Whether appended events are heard of, and not only looked for. */
  isListening(): boolean;
  close(): Promise<void>;
}

interface Follower {
  bell: Doorbell;
  last: number;
}

const ring = (each: Follower): void => each.bell.ring();

/** Follows the events of any number of jobs by one listening connection, which opens with the first follower. */
export function eventHub(parts: EventHubParts): EventHub {
  const followers = new Map<string, Set<Follower>>();
  const closing = new AbortController();
  let listener: Listener | undefined;

  const listen = (): void => {
    if (listener !== undefined || parts.databaseUrl === undefined) return;
    listener = startListener({
      databaseUrl: parts.databaseUrl,
      onEvent: (jobId, sequence) => followers.get(jobId)?.forEach((each) => sequence > each.last && ring(each)),
      onListening: () => followers.forEach((each) => each.forEach(ring)),
      onTrouble: parts.onTrouble,
    });
  };
  const enter = (jobId: string, follower: Follower): void => {
    const others = followers.get(jobId) ?? new Set();
    followers.set(jobId, others.add(follower));
  };
  const leave = (jobId: string, follower: Follower): void => {
    const others = followers.get(jobId);
    others?.delete(follower);
    if (others?.size === 0) followers.delete(jobId);
  };
  const read = async (jobId: string, follower: Follower): Promise<readonly JobEvent[]> => {
    try {
      return await parts.after(jobId, follower.last);
    } catch (error) {
      parts.onTrouble('The event log does not answer; it is asked again.', error);
      return [];
    }
  };
  const pause = (): number => (listener?.isListening() ? LISTENING_POLL_MS : (parts.pollMilliseconds ?? POLL_MS));

  return {
    async *follow(jobId, afterSequence, signal) {
      const ended = AbortSignal.any([signal, closing.signal]);
      const follower: Follower = { bell: doorbell(), last: afterSequence };
      enter(jobId, follower);
      listen();
      try {
        while (!ended.aborted) {
          const events = await read(jobId, follower);
          const last = events.at(-1);
          if (last === undefined) {
            await follower.bell.wait(pause(), ended);
            continue;
          }
          follower.last = last.sequence;
          yield events;
          if (endsJob(last)) return;
        }
      } finally {
        leave(jobId, follower);
      }
    },
    isListening: () => listener?.isListening() ?? false,
    async close() {
      closing.abort();
      await listener?.close();
    },
  };
}
