import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { doorbell } from './doorbell.ts';

const CHANNEL = 'job_events';
const CONNECT_MS = 5000;
const PROBE_EVERY_MS = 20_000;
const PROBE_ANSWER_MS = 5000;
const RETRY_MS = [250, 1000, 3000, 10_000];

export interface ListenerParts {
  /** Asked anew for every connection: the embedded Postgres may come back on another port. */
  databaseUrl: () => string;
  /** A job has an event with at least this sequence. */
  onEvent: (jobId: string, sequence: number) => void;
  /** Notifications arrive again, and some may have been missed. */
  onListening: () => void;
  onTrouble: (note: string, error: unknown) => void;
}

export interface Listener {
  /** Whether a notification that we sent ourselves has come back lately. */
  isListening(): boolean;
  close(): Promise<void>;
}

/**
 * One connection that listens for appended events. It proves by notifications of its own that it hears anything: behind a
 * pooler that hands connections round, LISTEN succeeds and nothing ever arrives.
 */
export function startListener(parts: ListenerParts): Listener {
  const closing = new AbortController();
  const state = { listening: false };
  const run = async (): Promise<void> => {
    for (let attempt = 0; !closing.signal.aborted; attempt += 1) {
      try {
        await listenOnce(parts, closing.signal, (listening) => {
          if (listening) attempt = 0;
          if (listening && !state.listening) parts.onListening();
          state.listening = listening;
        });
      } catch (error) {
        if (!closing.signal.aborted) parts.onTrouble('The listening connection was lost; events are polled for meanwhile.', error);
      }
      state.listening = false;
      await doorbell().wait(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0, closing.signal);
    }
  };
  const running = run();
  return {
    isListening: () => state.listening,
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Listens until the connection breaks or stays silent. Rejects then; resolves when the signal is aborted. */
async function listenOnce(parts: ListenerParts, signal: AbortSignal, tell: (listening: boolean) => void): Promise<void> {
  const client = new Client({ connectionString: parts.databaseUrl(), connectionTimeoutMillis: CONNECT_MS, keepAlive: true });
  const probe = randomUUID();
  const echo = doorbell();
  const broken = new Promise<never>((_, reject) => {
    client.on('error', reject);
    client.on('end', () => reject(new Error('The connection has ended.')));
  });
  // Whoever races against it sees it; after that nobody does.
  broken.catch(() => undefined);
  let heardAt = 0;
  client.on('notification', ({ payload = '' }) => {
    const [jobId = '', sequence] = payload.split(' ');
    if (jobId !== probe) return parts.onEvent(jobId, Number(sequence));
    heardAt += 1;
    echo.ring();
  });
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    while (!signal.aborted) {
      const before = heardAt;
      await Promise.race([client.query('select pg_notify($1, $2)', [CHANNEL, `${probe} 0`]), broken]);
      await Promise.race([echo.wait(PROBE_ANSWER_MS, signal), broken]);
      if (heardAt === before && !signal.aborted) throw new Error('Notifications do not arrive on this connection.');
      tell(true);
      await Promise.race([doorbell().wait(PROBE_EVERY_MS, signal), broken]);
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}
