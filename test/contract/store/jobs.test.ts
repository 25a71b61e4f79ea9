import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJob, createUser, dataOf, type TestUser } from '../../support/jobs.ts';
import { type Backend, openBackend, unique } from '../../support/supabase.ts';

let backend: Backend;
let user: TestUser;

beforeAll(async () => {
  backend = await openBackend();
});
afterAll(() => backend.close());

const rpc = async <T>(name: string, values: Record<string, unknown>): Promise<T> =>
  dataOf<T>((await backend.service.rpc(name, values)) as { data: T; error: null });
const newJob = async (job: Record<string, unknown> = {}) => (await createJob(backend.service, user, job)).job_id;
const progressOf = async (jobId: string) =>
  dataOf(await backend.service.from('job_progress').select().eq('job_id', jobId).single());
const filmOf = async (jobId: string) =>
  dataOf(await backend.service.from('video_metadata').select().eq('job_id', jobId).single());

interface Appended {
  outcome: string;
  sequence: number;
}
const append = (jobId: string, event: { type?: string; data?: unknown; progress?: unknown; key?: string } = {}) =>
  rpc<Appended>('append_event', {
    p_job_id: jobId,
    p_type: event.type ?? 'warning',
    p_data: event.data ?? {},
    ...(event.progress === undefined ? {} : { p_progress: event.progress }),
    ...(event.key === undefined ? {} : { p_key: event.key }),
  });

describe('making a job', () => {
  beforeAll(async () => {
    user = await createUser(backend.service);
  });

  it('makes one of a hundred equal requests at once', async () => {
    const key = unique('key');
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => createJob(backend.service, user, { idempotency_key: key, request_hash: 'same' })),
    );
    expect(new Set(answers.map((answer) => answer.job_id)).size).toBe(1);
    expect(answers.filter((answer) => answer.outcome === 'created')).toHaveLength(1);
    expect(answers.filter((answer) => answer.outcome === 'existing')).toHaveLength(99);
    const rows = dataOf(await backend.service.from('video_metadata').select('job_id').eq('user_id', user.id));
    expect(rows).toHaveLength(1);
  });

  it('refuses a key that another request has used, and keeps keys of users apart', async () => {
    const key = unique('key');
    expect((await createJob(backend.service, user, { idempotency_key: key, request_hash: 'a' })).outcome).toBe('created');
    expect((await createJob(backend.service, user, { idempotency_key: key, request_hash: 'b' })).outcome).toBe('key_reused');
    const other = await createUser(backend.service);
    expect((await createJob(backend.service, other, { idempotency_key: key, request_hash: 'b' })).outcome).toBe('created');
  });

  it('takes an id from the caller once, and gives away nothing of another user', async () => {
    const jobId = randomUUID();
    const other = await createUser(backend.service);
    expect(await createJob(backend.service, user, { job_id: jobId, request_hash: 'a' })).toEqual({ outcome: 'created', job_id: jobId });
    expect((await createJob(backend.service, user, { job_id: jobId, request_hash: 'a' })).outcome).toBe('existing');
    expect(await createJob(backend.service, other, { job_id: jobId, request_hash: 'a' })).toEqual({ outcome: 'id_taken', job_id: null });
  });

  it('keeps to the cap of running jobs, however many ask at once', async () => {
    const busy = await createUser(backend.service);
    const ask = (index: number) =>
      createJob(backend.service, busy, { request_hash: String(index), limits: { running_jobs: 3 } });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => ask(index)));
    expect(answers.filter((answer) => answer.outcome === 'created')).toHaveLength(3);
    expect(answers.find((answer) => answer.outcome === 'running_limit')).toMatchObject({ reached: 3, limit: 3 });
  });

  it('keeps to the day\'s spending: what was spent, and what running jobs have reserved', async () => {
    const spender = await createUser(backend.service);
    const limits = { day_micro_dollars: 1000 };
    const ask = (estimate: number) =>
      createJob(backend.service, spender, { request_hash: unique('h'), estimate_micro_dollars: estimate, limits });
    const first = await ask(600);
    expect(first.outcome).toBe('created');
    const refused = await ask(500);
    expect(refused).toMatchObject({ outcome: 'spending_limit', reached: 600, limit: 1000 });
    expect(new Date(refused.resets_at ?? 0).getTime()).toBeGreaterThan(Date.now());
    const bill = { phase: 'plan', provider: 'p', model: 'm', call_key: 'outline', micro_dollars: 200 };
    await rpc('settle_cost', { p_job_id: first.job_id, p_bill: bill });
    await append(first.job_id, { type: 'job.finished', progress: { status: 'completed' } });
    expect(await rpc<number>('spending_today', { p_user_id: spender.id })).toBe(200);
    expect((await ask(500)).outcome).toBe('created');
  });

  it('is refused for a user that is not there', async () => {
    expect((await backend.service.rpc('create_job', { p_user_id: randomUUID(), p_job: { topic: 'x' } })).error?.code).toBe('23503');
  });
});

describe('events', () => {
  beforeAll(async () => {
    user = await createUser(backend.service);
  });

  it('are numbered from 1 without gaps, however many come at once', async () => {
    const jobId = await newJob();
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => append(jobId, { data: { index } })));
    const numbers = answers.map((answer) => answer.sequence).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    const rows = dataOf(await backend.service.from('job_events').select('sequence,data').eq('job_id', jobId).order('sequence'));
    expect(rows.map((row) => row.sequence)).toEqual(numbers);
    expect(rows.every((row) => answers[row.data.index]?.sequence === row.sequence)).toBe(true);
  });

  it('with a key are appended once', async () => {
    const jobId = await newJob();
    const answers = await Promise.all(Array.from({ length: 10 }, () => append(jobId, { key: 'plan' })));
    expect(new Set(answers.map((answer) => answer.sequence))).toEqual(new Set([1]));
    expect(answers.filter((answer) => answer.outcome === 'appended')).toHaveLength(1);
  });

  it('move progress forward only', async () => {
    const jobId = await newJob();
    await append(jobId, { progress: { stage: 2, percentage: 40, message: 'Drawing' } });
    await append(jobId, { progress: { stage: 1, percentage: 10, message: 'Late news' } });
    expect(await progressOf(jobId)).toMatchObject({ current_stage: 2, progress_percentage: 40, message: 'Late news', status: 'processing' });
    await append(jobId, { progress: { percentage: 100 } });
    expect((await progressOf(jobId)).progress_percentage).toBe(99);
  });

  it('end with the job: its rows are settled with the last, and nothing comes after', async () => {
    const jobId = await newJob({ estimate_micro_dollars: 50 });
    const progress = { status: 'completed', partial: true, message: 'Done', video_url: 'https://example.org/f.mp4' };
    await append(jobId, { type: 'job.finished', progress });
    expect(await progressOf(jobId)).toMatchObject({ status: 'completed', progress_percentage: 100, video_url: progress.video_url });
    expect(await filmOf(jobId)).toMatchObject({ status: 'completed', partial: true, reserved_micro_dollars: 0 });
    expect((await filmOf(jobId)).completed_at).not.toBeNull();
    expect(await append(jobId)).toEqual({ outcome: 'ended', sequence: 1 });
  });

  it('of a failed job say why', async () => {
    const jobId = await newJob();
    await append(jobId, { type: 'job.failed', progress: { status: 'failed', error_code: 'no_voice', error_message: 'No voice.' } });
    expect(await progressOf(jobId)).toMatchObject({ status: 'failed', error_code: 'no_voice', error_message: 'No voice.' });
  });

  it('of a job that is not there are refused', async () => {
    expect(await append(randomUUID())).toEqual({ outcome: 'unknown_job' });
  });

  it('cannot be changed, removed or forged, not even by the service', async () => {
    const jobId = await newJob();
    await append(jobId);
    const events = () => backend.service.from('job_events');
    expect((await events().update({ type: 'x' }).eq('job_id', jobId)).error?.code).toBe('42501');
    expect((await events().delete().eq('job_id', jobId)).error?.code).toBe('42501');
    expect((await events().insert({ job_id: jobId, sequence: 9, type: 'x' })).error?.code).toBe('42501');
  });
});

describe('sections and takes', () => {
  it('the take with the fewest faults stays, and a card never replaces it', async () => {
    user = await createUser(backend.service);
    const jobId = await newJob();
    const plan = { title: 'Limits', keywords: ['calculus'], sections: [{ title: 'One' }, { title: 'Two' }] };
    expect((await backend.service.rpc('record_plan', { p_job_id: jobId, p_plan: plan })).error).toBeNull();
    const take = (outcome: string, faults: number) =>
      rpc<number>('record_take', { p_job_id: jobId, p_section_number: 2, p_take: { outcome, faults, scene_code: 'pass' } });
    expect(await take('failed', 0)).toBe(1);
    expect(await take('rendered', 3)).toBe(2);
    expect(await take('rendered', 1)).toBe(3);
    expect(await take('rendered', 2)).toBe(4);
    expect(await take('card', 0)).toBe(5);
    const sections = dataOf(await backend.service.from('sections').select('section_number,title,status,best_take').eq('job_id', jobId).order('section_number'));
    expect(sections).toEqual([
      { section_number: 1, title: 'One', status: 'pending', best_take: null },
      { section_number: 2, title: 'Two', status: 'rendered', best_take: 3 },
    ]);
    expect(await filmOf(jobId)).toMatchObject({ title: 'Limits', keywords: ['calculus'], mega_plan: plan });
  });
});

describe('rates', () => {
  it('let a number through in a window and say when it resets', async () => {
    user = await createUser(backend.service);
    const take = () => rpc<{ allowed: boolean; reached: number; resets_at: string }>('take_rate', {
      p_user_id: user.id,
      p_name: 'jobs',
      p_limit: 5,
      p_window_seconds: 60,
    });
    const answers = await Promise.all(Array.from({ length: 8 }, take));
    expect(answers.filter((answer) => answer.allowed)).toHaveLength(5);
    expect(new Set(answers.map((answer) => answer.resets_at)).size).toBe(1);
  });

  it('begin anew when the window is over', async () => {
    const other = await createUser(backend.service);
    const take = (seconds: number) =>
      rpc<{ allowed: boolean }>('take_rate', { p_user_id: other.id, p_name: 'x', p_limit: 1, p_window_seconds: seconds });
    expect([(await take(60)).allowed, (await take(60)).allowed, (await take(0)).allowed]).toEqual([true, false, true]);
  });
});

describe('lists', () => {
  it('page by key without losing or repeating, also when rows come in between', async () => {
    user = await createUser(backend.service);
    for (let count = 0; count < 7; count++) await newJob({ request_hash: String(count), topic: `Topic ${count}` });
    const page = async (after?: { created_at: string; job_id: string }) =>
      rpc<{ created_at: string; job_id: string; topic: string }[]>('list_films', {
        p_user_id: user.id,
        p_limit: 3,
        ...(after === undefined ? {} : { p_before_created_at: after.created_at, p_before_job_id: after.job_id }),
      });
    const first = await page();
    await newJob({ request_hash: 'late', topic: 'Late' });
    const second = await page(first.at(-1));
    const third = await page(second.at(-1));
    expect([...first, ...second, ...third].map((row) => row.topic)).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `Topic ${n}`));
  });

  it('search every word in title, topic and keywords, and take wildcards as they are', async () => {
    user = await createUser(backend.service);
    const calculus = await newJob({ request_hash: '1', topic: 'Limits of functions', title: 'Getting close', keywords: ['Calculus'] });
    const sets = await newJob({ request_hash: '2', topic: 'Sets', title: '100% of_sets', keywords: ['logic'] });
    const search = async (text: string) =>
      (await rpc<{ job_id: string }[]>('list_films', { p_user_id: user.id, p_search: text })).map((row) => row.job_id);
    expect(await search('close CALC limit')).toEqual([calculus]);
    expect(await search('close logic')).toEqual([]);
    expect(await search('100%')).toEqual([sets]);
    expect(await search('f_s')).toEqual([sets]);
    expect(await search('l%s')).toEqual([]);
    expect(await search('  ')).toHaveLength(2);
  });
});
