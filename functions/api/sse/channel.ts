import type { ServerResponse } from 'node:http';
import type { JobEvent } from '../../../shared/contract/event.ts';
import { type FrameLog, frameLog, type View } from './frame-log.ts';
import { heartbeat, opening } from './frames.ts';

/** A client that has taken nothing for so long is cut off. It comes back, and is told what it has missed. */
const STALLED_SECONDS = 30;
/** As is one that so many bytes of the log wait for: what a client can hold up is bounded. */
const WAITING_BYTES = 1_000_000;

/** Close-delimited: a stream ends with its connection, and frames need no copy into chunks. */
const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  connection: 'close',
};

interface Client {
  response: ServerResponse;
  view: View;
  /** The last event that has been handed to the connection. */
  sent: number;
  /** Since when the connection takes no more; undefined while it does. */
  stalledAt: number | undefined;
}

export interface NewClient {
  response: ServerResponse;
  view: View;
  /** Only what comes after this event. */
  after: number;
  /** Headers besides those of every stream. */
  headers: Record<string, string>;
}

export interface ChannelParts {
  seconds: () => number;
  videoUrlOf: (event: JobEvent) => string;
  /** The last client has left. */
  onEmpty: () => void;
}

/** The clients of one job. Each holds a place in the job's shared log, and nothing is queued for it besides. */
export interface Channel {
  readonly log: Pick<FrameLog, 'lastSequence' | 'ended'>;
  join(client: NewClient): void;
  push(events: readonly JobEvent[]): void;
  /** A comment for every client in this share of them, and an end for those that have stalled. */
  beat(share: { index: number; of: number }): void;
  /** Cuts all clients off; they come back with the last event that they have seen. */
  cut(): void;
}

export function openChannel({ seconds, videoUrlOf, onEmpty }: ChannelParts): Channel {
  const log = frameLog(videoUrlOf);
  const clients = new Set<Client>();

  const leave = (client: Client): void => {
    if (clients.delete(client) && clients.size === 0) onEmpty();
  };
  const stall = (client: Client): void => {
    client.stalledAt = seconds();
    client.response.once('drain', () => {
      client.stalledAt = undefined;
      serve(client);
    });
  };
  const serve = (client: Client): void => {
    const frames = log.since(client.view, client.sent);
    if (client.stalledAt !== undefined) {
      if (frames.length > WAITING_BYTES) client.response.destroy();
      return;
    }
    // A client can be ahead of a log that has only begun to be read.
    client.sent = Math.max(client.sent, log.lastSequence);
    if (log.ended) client.response.end(frames);
    else if (frames.length > 0 && !client.response.write(frames)) stall(client);
  };

  return {
    log,
    join({ response, view, after, headers }) {
      // What the server's own listener does at the close concerns answers that it writes; it would keep the request alive.
      response.removeAllListeners('close');
      // Nobody asks for them any more, and ten thousand tokens are megabytes.
      response.req.headers = {};
      response.req.rawHeaders = [];
      const client: Client = { response, view, sent: after, stalledAt: undefined };
      clients.add(client);
      response.once('close', () => leave(client));
      response.on('error', () => response.destroy());
      response.useChunkedEncodingByDefault = false;
      response.writeHead(200, { ...headers, ...streamHeaders });
      response.write(opening);
      serve(client);
    },
    push(events) {
      log.push(events);
      clients.forEach(serve);
    },
    beat({ index, of }) {
      let place = 0;
      for (const client of clients) {
        const isStalled = client.stalledAt !== undefined;
        if (isStalled && seconds() - (client.stalledAt ?? 0) > STALLED_SECONDS) client.response.destroy();
        else if (!isStalled && place % of === index && !client.response.write(heartbeat)) stall(client);
        place += 1;
      }
    },
    cut() {
      for (const client of clients) client.response.destroy();
    },
  };
}
