import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobEvent } from '../../shared/contract/event.ts';
import { eventHub, type EventHub } from '../../functions/progress/follow.ts';
import type { Store } from '../../functions/store/port.ts';
import { openApiService, type ApiService } from '../support/api-service.ts';
import { until } from '../support/stack-child.ts';

let service: ApiService;
let store: Store;
let userId: string;

beforeAll(async () => {
  service = await openApiService();
  ({ store } = service);
  ({ id: userId } = await service.user());
});
afterAll(() => service.close());

const newJob = async (): Promise<string> => {
  const creation = await store.jobs.create({ userId, requestHash: 'h', topic: 'T', request: {} }, {});
  return 'jobId' in creation ? creation.jobId : '';
};
const append = (jobId: string, code: string) => store.events.append({ jobId, happening: { type: 'warning', code, message: '' } });
const end = (jobId: string) => store.events.append({ jobId, happening: { type: 'job.cancelled' }, progress: { status: 'failed' } });
async function sequences(events: AsyncIterable<readonly JobEvent[]>): Promise<number[]> {
  const found: number[] = [];
  for await (const batch of events) found.push(...batch.map(({ sequence }) => sequence));
  return found;
}
const withHub = async (hub: EventHub, use: (hub: EventHub) => Promise<void>): Promise<void> => use(hub).finally(() => hub.close());
const after = (jobId: string, sequence: number) => store.events.after(jobId, sequence);

describe('following a job', () => {
  it('hears of events by one connection, and counts none twice while twenty writers append at once', async () => {
    const hub = eventHub({ after, databaseUrl: () => service.stack.databaseUrl, onTrouble: () => undefined });
    await withHub(hub, async () => {
      const jobId = await newJob();
      await append(jobId, 'before');
      const followed = [0, 0, 1].map((from) => sequences(hub.follow(jobId, from, new AbortController().signal)));
      await until(() => hub.isListening());
      await Promise.all(Array.from({ length: 20 }, (_, index) => append(jobId, `at once ${index}`)));
      const endedAt = performance.now();
      await end(jobId);
      const all = Array.from({ length: 22 }, (_, index) => index + 1);
      expect(await Promise.all(followed)).toEqual([all, all, all.slice(1)]);
      // Far sooner than it would be looked for.
      expect(performance.now() - endedAt).toBeLessThan(3000);
    });
  });

  it('goes on when the connection is lost', async () => {
    const troubles: string[] = [];
    const hub = eventHub({ after, databaseUrl: () => service.stack.databaseUrl, pollMilliseconds: 100, onTrouble: (note) => troubles.push(note) });
    await withHub(hub, async () => {
      const jobId = await newJob();
      const followed = sequences(hub.follow(jobId, 0, new AbortController().signal));
      await until(() => hub.isListening());
      const client = new Client({ connectionString: service.stack.databaseUrl });
      await client.connect();
      await client.query("select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_notify%' and pid <> pg_backend_pid()");
      await client.end();
      await until(() => troubles.length > 0);
      await append(jobId, 'meanwhile');
      await until(() => hub.isListening());
      await end(jobId);
      expect(await followed).toEqual([1, 2]);
    });
  });

  it('polls where there is nothing to listen to, waits out a store that is down, and stops when it is told to', async () => {
    let isDown = true;
    const troubles: string[] = [];
    const flaky = (jobId: string, sequence: number) => (isDown ? Promise.reject(new Error('down')) : after(jobId, sequence));
    const hub = eventHub({ after: flaky, pollMilliseconds: 20, onTrouble: (note) => troubles.push(note) });
    await withHub(hub, async () => {
      const jobId = await newJob();
      await append(jobId, 'one');
      const leaving = new AbortController();
      const followed = sequences(hub.follow(jobId, 0, leaving.signal));
      await until(() => troubles.length > 1);
      isDown = false;
      const other = sequences(hub.follow(jobId, 0, new AbortController().signal));
      await append(jobId, 'two');
      await end(jobId);
      expect(await other).toEqual([1, 2, 3]);
      leaving.abort();
      await followed;
      expect(hub.isListening()).toBe(false);
    });
  });
});
