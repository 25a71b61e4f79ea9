import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';

const BETWEEN_LOOKS_MS = 100;

/** Waits for any number of flows at once, by one question to the database every tenth of a second. */
export interface EndedFlows {
  /** Resolves once the flow has ended, however it did; never after `close`. */
  wait(id: string): Promise<void>;
  close(): void;
}

export function endedFlows(pool: Pool): EndedFlows {
  const waiting = new Map<string, () => void>();
  let isLooking = false;
  let isClosed = false;

  const lookOnce = async (): Promise<void> => {
    const ids = [...waiting.keys()];
    const { rows } = await pool.query<{ id: string }>(
      "select workflow_uuid as id from dbos.workflow_status where workflow_uuid = any($1) and status not in ('PENDING', 'ENQUEUED', 'DELAYED')",
      [ids],
    );
    for (const { id } of rows) {
      waiting.get(id)?.();
      waiting.delete(id);
    }
  };
  const look = async (): Promise<void> => {
    isLooking = true;
    while (waiting.size > 0 && !isClosed) {
      await lookOnce().catch(() => undefined);
      await delay(BETWEEN_LOOKS_MS);
    }
    isLooking = false;
  };

  return {
    wait: (id) =>
      new Promise((resolve) => {
        waiting.set(id, resolve);
        if (!isLooking) void look();
      }),
    close() {
      isClosed = true;
    },
  };
}
