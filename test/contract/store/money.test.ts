import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJob, createUser, dataOf, type TestUser } from '../../support/jobs.ts';
import { type Backend, openBackend, unique } from '../../support/supabase.ts';

let backend: Backend;
let user: TestUser;

beforeAll(async () => {
  backend = await openBackend();
});
afterAll(() => backend.close());
beforeEach(async () => {
  user = await createUser(backend.service);
});

const rpc = async <T>(name: string, values: Record<string, unknown>): Promise<T> =>
  dataOf<T>((await backend.service.rpc(name, values)) as { data: T; error: null });
const newJob = async (job: Record<string, unknown> = {}) => (await createJob(backend.service, user, { request_hash: unique('h'), ...job })).job_id;
const filmOf = async (jobId: string) => dataOf(await backend.service.from('video_metadata').select().eq('job_id', jobId).single());
const end = (jobId: string) => rpc('append_event', { p_job_id: jobId, p_type: 'job.finished', p_progress: { status: 'completed' } });
const spentToday = () => rpc<number>('spending_today', { p_user_id: user.id });

const call = { phase: 'code', provider: 'anthropic', model: 'm', call_key: 'scene-1' };
interface Reserved {
  outcome: string;
  reservation_id: number;
}
const reserve = (jobId: string, most: number, key = unique('key')) =>
  rpc<Reserved>('reserve_cost', { p_job_id: jobId, p_call: { ...call, call_key: key, most_micro_dollars: most } });
const settle = (jobId: string, bill: object, reservationId?: number) =>
  backend.service.rpc('settle_cost', {
    p_job_id: jobId,
    p_bill: { ...call, micro_dollars: 30, units: { input_tokens: 10 }, ...bill },
    ...(reservationId === undefined ? {} : { p_reservation_id: reservationId }),
  });

/** Numbers that look random and are the same in every run. */
const numbers = function* (seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state;
  }
};

describe('reservations', () => {
  it('never pass the cap together, however many are asked for at once', async () => {
    const jobId = await newJob({ cap_micro_dollars: 1000 });
    const answers = await Promise.all(Array.from({ length: 30 }, () => reserve(jobId, 90)));
    expect(answers.filter(({ outcome }) => outcome === 'reserved')).toHaveLength(11);
    const refused = answers.filter(({ outcome }) => outcome === 'cap');
    expect(refused).toHaveLength(19);
    expect(refused.at(-1)).toEqual({ outcome: 'cap', spent: 0, reserved: 990, cap: 1000 });
  });

  it('count what has been billed already, and let through what fits to the micro-dollar', async () => {
    const jobId = await newJob({ cap_micro_dollars: 100 });
    const { reservation_id: first } = await reserve(jobId, 80);
    expect((await settle(jobId, { micro_dollars: 60 }, first)).error).toBeNull();
    expect(await reserve(jobId, 41)).toEqual({ outcome: 'cap', spent: 60, reserved: 0, cap: 100 });
    expect(await reserve(jobId, 40)).toMatchObject({ outcome: 'reserved' });
  });

  it('are as many as are asked for where there is no cap', async () => {
    const jobId = await newJob();
    expect(await reserve(jobId, 5_000_000_000)).toMatchObject({ outcome: 'reserved' });
  });

  it('of a call that is made again give way to the new one, which leaves a trace', async () => {
    const jobId = await newJob({ cap_micro_dollars: 100 });
    await reserve(jobId, 80, 'same');
    expect(await reserve(jobId, 80, 'same')).toMatchObject({ outcome: 'reserved' });
    const rows = dataOf(await backend.service.from('reservations').select('attempt,settled_at,released_at').eq('job_id', jobId).order('attempt'));
    expect(rows.map((row) => [row.attempt, row.settled_at, row.released_at === null])).toEqual([[1, null, false], [2, null, true]]);
  });

  it('are freed when the job ends, and nothing is bought for it any more', async () => {
    const jobId = await newJob({ cap_micro_dollars: 100 });
    await reserve(jobId, 80);
    expect(await spentToday()).toBe(80);
    await end(jobId);
    expect(await spentToday()).toBe(0);
    expect(await reserve(jobId, 1)).toEqual({ outcome: 'ended' });
    expect(await reserve(randomUUID(), 1)).toEqual({ outcome: 'unknown_job' });
  });

  it('are freed when another run takes the job over', async () => {
    const jobId = await newJob({ cap_micro_dollars: 100 });
    await reserve(jobId, 50);
    await reserve(jobId, 50);
    expect(await rpc<number>('release_reservations', { p_job_id: jobId })).toBe(2);
    expect(await reserve(jobId, 100)).toMatchObject({ outcome: 'reserved' });
  });

  it('count against the day: the estimate of a running job, or what is set aside where that is more', async () => {
    const jobId = await newJob({ estimate_micro_dollars: 100 });
    expect(await spentToday()).toBe(100);
    const { reservation_id: reservation } = await reserve(jobId, 250);
    expect(await spentToday()).toBe(250);
    await settle(jobId, { micro_dollars: 40 }, reservation);
    expect(await spentToday()).toBe(100);
    await reserve(jobId, 70);
    expect(await spentToday()).toBe(110);
  });
});

describe('bills', () => {
  it('add up to the micro-dollar, in whatever order and however often they are sent at once', async () => {
    const jobId = await newJob();
    const random = numbers(20261121);
    const providers = ['anthropic', 'elevenlabs', 'gemini'];
    const bills = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const bill = { call_key: `call-${index}`, provider: providers[random.next().value % 3] ?? '', micro_dollars: random.next().value % 1_000_003 };
        const isReserved = random.next().value % 4 > 0;
        const reservation = isReserved ? (await reserve(jobId, bill.micro_dollars, bill.call_key)).reservation_id : undefined;
        return { bill, reservation, cached: !isReserved };
      }),
    );
    const sent = [...bills, ...bills].map(({ bill, reservation, cached }) => settle(jobId, { ...bill, cached }, reservation));
    for (const { error } of await Promise.all(sent)) expect(error).toBeNull();
    const entries = dataOf(await backend.service.from('cost_entries').select('provider,micro_dollars,cached').eq('job_id', jobId));
    expect(entries).toHaveLength(40);
    const total = bills.reduce((sum, { bill }) => sum + bill.micro_dollars, 0);
    expect(entries.reduce((sum, entry) => sum + Number(entry.micro_dollars), 0)).toBe(total);
    const { cost_breakdown: breakdown } = await filmOf(jobId);
    expect(breakdown).toMatchObject({ total_micro_dollars: total, calls: 40, cached_calls: bills.filter(({ cached }) => cached).length });
    for (const provider of providers) {
      const own = bills.filter(({ bill }) => bill.provider === provider);
      const microDollars = own.reduce((sum, { bill }) => sum + bill.micro_dollars, 0);
      expect(breakdown.providers[provider]).toEqual({ micro_dollars: microDollars, calls: own.length });
    }
  });

  it('that nothing was set aside for are one of their key; a call that is paid again is one more', async () => {
    const jobId = await newJob();
    await settle(jobId, { micro_dollars: 0, cached: true });
    await settle(jobId, { micro_dollars: 0, cached: true });
    for (const microDollars of [10, 20]) {
      const { reservation_id: reservation } = await reserve(jobId, 30, call.call_key);
      await settle(jobId, { micro_dollars: microDollars }, reservation);
    }
    // Found in the cache of a later run: it is known already.
    await settle(jobId, { micro_dollars: 0, cached: true });
    expect((await filmOf(jobId)).cost_breakdown).toMatchObject({ total_micro_dollars: 30, calls: 3, cached_calls: 1 });
  });

  it('that come after the end of the job, or after its film has been deleted, count all the same', async () => {
    const ended = await newJob();
    const { reservation_id: late } = await reserve(ended, 50);
    await end(ended);
    await settle(ended, { micro_dollars: 20 }, late);
    expect((await filmOf(ended)).cost_breakdown).toMatchObject({ total_micro_dollars: 20 });

    const deleted = await newJob();
    const { reservation_id: orphan } = await reserve(deleted, 50);
    dataOf(await backend.service.from('video_metadata').delete().eq('job_id', deleted).select('job_id'));
    expect((await settle(deleted, { micro_dollars: 7 }, orphan)).error).toBeNull();
    expect((await settle(deleted, { micro_dollars: 7 }, orphan)).error).toBeNull();
    expect(await spentToday()).toBe(27);
  });

  it('stay when the film goes, so that the day does not shrink', async () => {
    const jobId = await newJob();
    await settle(jobId, {});
    dataOf(await backend.service.from('video_metadata').delete().eq('job_id', jobId).select('job_id'));
    expect(await spentToday()).toBe(30);
  });

  it('cannot be changed, removed or forged, not even by the service', async () => {
    const jobId = await newJob();
    await settle(jobId, {});
    for (const table of ['cost_entries', 'reservations', 'render_failures']) {
      const rows = () => backend.service.from(table);
      expect((await rows().update({ phase: 'plan' }).eq('job_id', jobId)).error?.code).toBe('42501');
      expect((await rows().delete().eq('job_id', jobId)).error?.code).toBe('42501');
      expect((await rows().insert({ job_id: jobId, user_id: user.id })).error?.code).toBe('42501');
    }
  });
});

describe('the row of a job', () => {
  it('says what kind of film it is, in which flavor, and what it may cost', async () => {
    const topic = await newJob({ request: { topic: 'Primes', flavor: 'concise' }, cap_micro_dollars: 500_000 });
    expect(await filmOf(topic)).toMatchObject({ kind: 'topic', config_flavor: 'concise', cap_micro_dollars: 500_000 });
    const lesson = await newJob({ request: { lesson: '# T', flavor: 'default' } });
    expect(await filmOf(lesson)).toMatchObject({ kind: 'lesson', config_flavor: 'default', cap_micro_dollars: null });
  });
});
