import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWorkerConfig } from '../../functions/config.ts';
import { holdLease, type LeaseParts } from '../../functions/engine/dbos/lease.ts';
import { dataFolder, startTestStack } from '../support/supabase.ts';

const folder = dataFolder();
let stack: Awaited<ReturnType<typeof startTestStack>>;
let pool: pg.Pool;
beforeAll(async () => {
  stack = await startTestStack(folder.path);
  pool = new pg.Pool({ connectionString: stack.databaseUrl, max: 4 });
  // The tables of the engine stand there once a worker has started; what is taken over is looked for in this one.
  await pool.query('create schema dbos');
  await pool.query(
    `create table dbos.workflow_status (workflow_uuid text primary key, status text, executor_id text, queue_name text, parent_workflow_id text,
       owner_xid text, started_at_epoch_ms bigint, updated_at bigint)`,
  );
  await pool.query('create table dbos.operation_outputs (workflow_uuid text)');
});
afterAll(async () => {
  await pool.end();
  await stack.stop();
  folder.remove();
});

const SILENCE_SECONDS = 1;
const HERE = { hostName: 'here', host: 'this host', process: '1' };

/** A worker that has died, with a section that it was making. */
async function plantDead(slot: string, host: string): Promise<void> {
  const worker = JSON.stringify({ slot, incarnation: randomUUID(), host, process: '2' });
  await pool.query('select public.claim_worker($1, 20)', [worker]);
  await pool.query("insert into dbos.workflow_status values ($1, 'PENDING', $2, 'sections')", [`work of ${slot}`, slot]);
}

/** What a worker of this host, whose other processes are all dead, takes over; and how long that took. */
async function takenOver(): Promise<{ slots: string[]; seconds: number }> {
  const began = performance.now();
  let taken: (slots: string[]) => void = () => {};
  const first = new Promise<string[]>((resolve) => (taken = resolve));
  const parts: LeaseParts = { pool, ...HERE, isRunning: (process) => process === HERE.process, silenceSeconds: SILENCE_SECONDS, onLost: () => {}, onTakenOver: taken };
  const lease = await holdLease(parts);
  const slots = await first;
  await lease.leave();
  return { slots, seconds: (performance.now() - began) / 1000 };
}

const statusOf = async (id: string): Promise<string | undefined> => (await pool.query<{ status: string }>('select status from dbos.workflow_status where workflow_uuid = $1', [id])).rows[0]?.status;

test('a dead worker of this host is known by its process, one of another host by its silence alone', async () => {
  await plantDead('beside', HERE.host);
  expect(await takenOver()).toMatchObject({ slots: ['beside'] });
  expect(await statusOf('work of beside')).toBe('ENQUEUED');

  await plantDead('far away', 'another host');
  const far = await takenOver();
  expect(far.slots).toEqual(['far away']);
  expect(far.seconds).toBeGreaterThanOrEqual(SILENCE_SECONDS);
  expect(await statusOf('work of far away')).toBe('ENQUEUED');
});

test('a worker is never silent to itself, however late it looks', async () => {
  await pool.query('select public.claim_worker($1, 20)', [JSON.stringify({ slot: 'own', incarnation: randomUUID(), host: HERE.host, process: '1' })]);
  const reaped = async (by: string): Promise<unknown[]> => (await pool.query('select public.reap_workers(0, $1) as slot', [by])).rows;
  expect(await reaped('own')).toEqual([]);
  expect(await reaped('another')).toEqual([{ slot: 'own' }]);
});

test('work that was under way on another host goes on within half a minute, as workers are usually set', () => {
  const { silenceSeconds } = readWorkerConfig({ cores: 2, compute: { modal: undefined } }, {});
  // Whoever looks, looks five times in a silence.
  expect(silenceSeconds + silenceSeconds / 5).toBeLessThan(30);
});
