import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bill, Costs, PlannedCall } from '../../../functions/costs/port.ts';
import { memoryCosts } from '../../../functions/costs/memory.ts';
import { storeCosts } from '../../../functions/costs/store.ts';
import { writeBehind } from '../../../functions/jobs/write-behind.ts';
import type { Store } from '../../../functions/store/port.ts';
import { supabaseStore } from '../../../functions/store/supabase/store.ts';
import { LecternError } from '../../../shared/errors.ts';
import { dataOf } from '../../support/jobs.ts';
import { type Backend, openBackend, unique } from '../../support/supabase.ts';

interface Ledger {
  costs: Costs;
  /** What has been billed and what is set aside, in micro-dollars, and the number of bills. */
  read: () => Promise<{ spent: number; reserved: number; bills: number }>;
}
interface Adapter {
  name: string;
  open: (capMicroDollars?: number) => Promise<Ledger>;
}

let backend: Backend;
let store: Store;
let userId: string;
beforeAll(async () => {
  backend = await openBackend();
  store = supabaseStore({ client: backend.service, url: backend.url, secretKey: backend.secretKey });
  userId = await store.users.ensure(unique('user'));
});
afterAll(() => backend.close());

async function newJob(capMicroDollars?: number): Promise<string> {
  const made = await store.jobs.create({ userId, requestHash: 'h', topic: 'Limits', request: { topic: 'Limits' }, capMicroDollars }, {});
  if (!('jobId' in made)) throw new Error(made.outcome);
  return made.jobId;
}

/** A process that makes a part of a job. */
function runOf(jobId: string, costStore: Pick<Store['costs'], 'reserve' | 'settle'> = store.costs, madeBy = randomUUID()) {
  const troubles: unknown[] = [];
  const writes = writeBehind((_, error) => troubles.push(error));
  const costs = storeCosts({ jobId, madeBy, ensureJob: async () => {}, store: costStore, write: (work) => writes.add(work), retryMilliseconds: [1] });
  return { costs, writes, troubles };
}

const giveUpCallsOf = async (maker: string): Promise<number> => dataOf(await backend.service.rpc('give_up_calls_of', { p_maker: maker })) as number;

async function ledgerOf(jobId: string): Promise<{ spent: number; reserved: number; bills: number }> {
  const { data: entries } = await backend.service.from('cost_entries').select('micro_dollars').eq('job_id', jobId);
  const open = backend.service.from('reservations').select('micro_dollars').eq('job_id', jobId).is('settled_at', null).is('released_at', null);
  const { data: reservations } = await open;
  const sum = (rows: { micro_dollars: number }[] | null) => (rows ?? []).reduce((total, row) => total + row.micro_dollars, 0);
  const breakdown = (await store.films.find(jobId, userId))?.costBreakdown;
  expect(breakdown).toMatchObject({ total_micro_dollars: sum(entries), calls: entries?.length });
  return { spent: sum(entries), reserved: sum(reservations), bills: entries?.length ?? 0 };
}

const adapters: Adapter[] = [
  {
    name: 'in memory',
    async open(capMicroDollars) {
      const costs = memoryCosts({ capMicroDollars });
      return { costs, read: async () => ({ spent: costs.spentMicroDollars, reserved: costs.reservedMicroDollars, bills: costs.bills.length }) };
    },
  },
  {
    name: 'in the store',
    async open(capMicroDollars) {
      const jobId = await newJob(capMicroDollars);
      const { costs, writes } = runOf(jobId);
      return {
        costs,
        async read() {
          await writes.settled();
          return ledgerOf(jobId);
        },
      };
    },
  },
];

const callOf = (key: string, mostMicroDollars: number): PlannedCall => ({ phase: 'code', section: 1, provider: 'anthropic', model: 'm', key, mostMicroDollars });
const billOf = (microDollars: number, cached = false): Bill => ({ units: { output_tokens: 3 }, microDollars, cached });
const rejection = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

describe.each(adapters)('costs $name', ({ open }) => {
  it('set the most of a call aside until its bill is known', async () => {
    const { costs, read } = await open(100);
    const call = callOf('a', 80);
    await costs.reserve(call);
    expect(await read()).toEqual({ spent: 0, reserved: 80, bills: 0 });
    await costs.settle(call, billOf(30));
    expect(await read()).toEqual({ spent: 30, reserved: 0, bills: 1 });
  });

  it('never pass the cap, however many sections reserve at once', async () => {
    const { costs, read } = await open(1000);
    const refusals = await Promise.all(Array.from({ length: 20 }, (_, index) => rejection(costs.reserve(callOf(`call-${index}`, 90)))));
    expect(refusals.filter((error) => error === undefined)).toHaveLength(11);
    expect(refusals.filter((error) => error instanceof LecternError && error.code === 'cost_cap')).toHaveLength(9);
    expect(await read()).toEqual({ spent: 0, reserved: 990, bills: 0 });
  });

  it('say in dollars what stands in the way, and how to go on', async () => {
    const { costs } = await open(1_000_000);
    const first = callOf('a', 900_000);
    await costs.reserve(first);
    await costs.settle(first, billOf(840_000));
    await costs.reserve(callOf('b', 100_000));
    const error = await rejection(costs.reserve(callOf('c', 320_400)));
    expect(error).toMatchObject({
      code: 'cost_cap',
      message: 'This film may cost $1.00: $0.84 are spent, $0.10 are set aside for calls under way, and the next call can come to $0.32.',
      retryable: false,
    });
    expect((error as LecternError).fix).toMatch(/^What is done is kept\..*--cap.*max_dollars.*LECTERN_JOB_DOLLARS/);
  });

  it('let what fits through once something has come cheaper than it could have', async () => {
    const { costs, read } = await open(100);
    const call = callOf('a', 100);
    await costs.reserve(call);
    expect(await rejection(costs.reserve(callOf('b', 70)))).toMatchObject({ code: 'cost_cap' });
    await costs.settle(call, billOf(30));
    await costs.reserve(callOf('b', 70));
    expect(await read()).toEqual({ spent: 30, reserved: 70, bills: 1 });
  });

  it('write down what was found instead of bought, once, and without a reservation', async () => {
    const { costs, read } = await open(1);
    for (const call of [callOf('a', 50), callOf('a', 50), callOf('b', 50)]) await costs.settle(call, billOf(0, true));
    expect(await read()).toEqual({ spent: 0, reserved: 0, bills: 2 });
  });

  it('count a call that failed and is made again as two', async () => {
    const { costs, read } = await open(100);
    const call = callOf('a', 60);
    for (const microDollars of [10, 40]) {
      await costs.reserve(call);
      await costs.settle(call, billOf(microDollars));
    }
    expect(await read()).toEqual({ spent: 50, reserved: 0, bills: 2 });
  });

  it('count a call of a model of one\'s own that is made again as two, and what is found after it as none', async () => {
    const { costs, read } = await open(1);
    const call = callOf('a', 0);
    for (const microDollars of [0, 0]) {
      await costs.reserve(call);
      await costs.settle(call, billOf(microDollars));
    }
    await costs.settle(call, billOf(0, true));
    expect(await read()).toEqual({ spent: 0, reserved: 0, bills: 2 });
  });

  it('have no cap where none is given', async () => {
    const { costs, read } = await open();
    await costs.reserve(callOf('a', 9_000_000_000));
    expect((await read()).reserved).toBe(9_000_000_000);
  });

  it('hold nothing up that costs nothing', async () => {
    const { costs, read } = await open(1);
    const call = callOf('a', 0);
    await costs.reserve(call);
    await costs.settle(call, billOf(0));
    expect(await read()).toEqual({ spent: 0, reserved: 0, bills: 1 });
  });
});

describe('costs in the store, when things go wrong', () => {
  const unavailable = () => Promise.reject(new LecternError('store_unavailable', { message: 'No answer.', fix: 'Wait.', retryable: true }));

  it('what a killed process has set aside is freed when it is found dead, and no more than that; it may have been billed', async () => {
    const jobId = await newJob(100);
    const killed = randomUUID();
    await runOf(jobId, store.costs, killed).costs.reserve(callOf('killed', 60));
    const { costs } = runOf(jobId);
    const call = callOf('a', 40);
    await costs.reserve(call);
    expect(await rejection(costs.reserve(callOf('b', 1)))).toMatchObject({ code: 'cost_cap' });
    expect(await giveUpCallsOf(killed)).toBe(1);
    expect(await giveUpCallsOf(killed)).toBe(0);
    expect(await ledgerOf(jobId)).toEqual({ spent: 0, reserved: 40, bills: 1 });
    await costs.settle(call, billOf(30));
    const { data } = await backend.service.from('cost_entries').select('possibly_billed,micro_dollars,units').eq('job_id', jobId).order('id');
    expect(data).toMatchObject([
      { possibly_billed: true, micro_dollars: 0, units: { at_most_micro_dollars: 60 } },
      { possibly_billed: false, micro_dollars: 30 },
    ]);
  });

  it('a bill that comes after all takes the place of the note that there may be one', async () => {
    const jobId = await newJob(100);
    const slow = randomUUID();
    const { costs } = runOf(jobId, store.costs, slow);
    const call = callOf('slow', 60);
    await costs.reserve(call);
    await giveUpCallsOf(slow);
    await costs.settle(call, billOf(20));
    expect(await ledgerOf(jobId)).toEqual({ spent: 20, reserved: 0, bills: 1 });
    const { data } = await backend.service.from('cost_entries').select('possibly_billed').eq('job_id', jobId);
    expect(data).toEqual([{ possibly_billed: false }]);
  });

  it('a short outage is waited out; nothing is bought in a long one, nor is anything lost by it', async () => {
    const jobId = await newJob(100);
    let outages = 1;
    const reserve: Store['costs']['reserve'] = (...call) => (outages-- > 0 ? unavailable() : store.costs.reserve(...call));
    const { costs } = runOf(jobId, { ...store.costs, reserve });
    await costs.reserve(callOf('a', 10));
    expect(await ledgerOf(jobId)).toMatchObject({ reserved: 10 });

    outages = 2;
    const next = runOf(jobId, { ...store.costs, reserve });
    expect(await rejection(next.costs.reserve(callOf('b', 20)))).toMatchObject({ code: 'store_unavailable', retryable: true });
    expect(await ledgerOf(jobId)).toMatchObject({ reserved: 10 });
    await next.costs.reserve(callOf('b', 20));
    expect(await ledgerOf(jobId)).toMatchObject({ reserved: 30 });
  });

  it('a bill is not lost to an outage, nor counted twice when its answer is', async () => {
    const jobId = await newJob(100);
    let sent = 0;
    const flaky = {
      ...store.costs,
      async settle(...bill: Parameters<Store['costs']['settle']>) {
        sent += 1;
        if (sent === 1) return unavailable();
        await store.costs.settle(...bill);
        if (sent === 2) return unavailable();
      },
    };
    const { costs, writes } = runOf(jobId, flaky);
    const call = callOf('a', 50);
    await costs.reserve(call);
    await costs.settle(call, billOf(20));
    expect(await writes.settled()).toBe(true);
    expect(sent).toBe(3);
    expect(await ledgerOf(jobId)).toEqual({ spent: 20, reserved: 0, bills: 1 });
  });

  it('nothing is bought for a job that is over, and a call that was under way is billed', async () => {
    const jobId = await newJob(100);
    const { costs } = runOf(jobId);
    const call = callOf('a', 50);
    await costs.reserve(call);
    await store.events.append({ jobId, happening: { type: 'job.cancelled' }, progress: { status: 'failed', cancelled: true } });
    expect(await rejection(costs.reserve(callOf('b', 1)))).toMatchObject({ code: 'job_over', retryable: false });
    await costs.settle(call, billOf(20));
    expect(await ledgerOf(jobId)).toEqual({ spent: 20, reserved: 0, bills: 1 });
  });
});
