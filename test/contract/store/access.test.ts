import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJob, createUser, dataOf, filmBytes, type TestUser } from '../../support/jobs.ts';
import { type Backend, openBackend } from '../../support/supabase.ts';

type Who = 'anonymous' | 'owner' | 'other' | 'service';
const EVERYBODY: Who[] = ['anonymous', 'owner', 'other', 'service'];
/** A number of rows, or the code of the refusal. */
type Seen = number | string;

let backend: Backend;
let clients: Record<Who, SupabaseClient>;
let owner: TestUser;
let publicJob: string;
let privateJob: string;

const OWN_TABLES = ['users', 'video_metadata', 'job_progress', 'job_events', 'sections', 'takes', 'cost_entries', 'error_logs'];
const SERVICE_TABLES = ['idempotency_keys', 'rate_windows', 'reservations', 'render_failures'];

const must = async (answer: PromiseLike<{ error: { message: string } | null }>): Promise<void> => {
  const { error } = await answer;
  if (error !== null) throw new Error(error.message);
};

/** A job with a row in every table, and a file of each kind. */
const furnish = async (idempotencyKey: string): Promise<string> => {
  const { service } = backend;
  const { job_id: jobId } = await createJob(service, owner, { idempotency_key: idempotencyKey, request_hash: idempotencyKey });
  const plan = { title: 'Limits', sections: [{ title: 'One' }] };
  await must(service.rpc('record_plan', { p_job_id: jobId, p_plan: plan }));
  await must(service.rpc('record_take', { p_job_id: jobId, p_section_number: 1, p_take: { outcome: 'rendered', scene_code: 'pass' } }));
  const call = { phase: 'plan', provider: 'p', model: 'm', call_key: 'outline' };
  const reserved = dataOf(await service.rpc('reserve_cost', { p_job_id: jobId, p_call: { ...call, most_micro_dollars: 2 } })) as { reservation_id: number };
  const settled = { p_job_id: jobId, p_bill: { ...call, micro_dollars: 1 }, p_reservation_id: reserved.reservation_id };
  await must(service.rpc('settle_cost', settled));
  const failure = { section_number: 1, phase: 'render', kind: 'code', error_class: 'NameError', found: 'check', message: 'x', mended_by: 'fix', recovered: true };
  await must(service.rpc('record_failure', { p_job_id: jobId, p_failure: { ...failure, id: randomUUID() } }));
  await must(service.from('error_logs').insert({ user_id: owner.id, job_id: jobId, phase: 'render', code: 'x', message: 'x', log_path: 'x' }));
  await must(service.rpc('publish_film', { p_job_id: jobId, p_film: { video_url: 'https://example.org/film.mp4', code: 'pass' } }));
  await must(service.rpc('append_event', { p_job_id: jobId, p_type: 'job.finished', p_progress: { status: 'completed' } }));
  const films = service.storage.from('films');
  await must(films.upload(`${owner.id}/${jobId}/film.mp4`, filmBytes(2000), { contentType: 'video/mp4' }));
  await must(films.upload(`${owner.id}/${jobId}/plan.json`, '{}', { contentType: 'application/json' }));
  await must(service.storage.from('error-logs').upload(`${owner.id}/${jobId}.json`, '{}', { contentType: 'application/json' }));
  await must(service.storage.from('artefacts').upload(`${owner.id}/${jobId}`, 'bytes', { contentType: 'text/plain' }));
  return jobId;
};

beforeAll(async () => {
  backend = await openBackend();
  owner = await createUser(backend.service, 'owner');
  const other = await createUser(backend.service, 'other');
  clients = {
    anonymous: backend.anonymous,
    owner: await backend.asUser(owner.subject),
    other: await backend.asUser(other.subject),
    service: backend.service,
  };
  privateJob = await furnish('private');
  publicJob = await furnish('public');
  await must(backend.service.rpc('take_rate', { p_user_id: owner.id, p_name: 'jobs', p_limit: 5, p_window_seconds: 60 }));
  await must(backend.service.rpc('update_film', { p_job_id: publicJob, p_user_id: owner.id, p_changes: { is_public: true } }));
});
afterAll(() => backend.close());

const keyOf = (table: string) => (table === 'users' ? 'id' : 'user_id' as const);
const HAS_OWNER = new Set(['users', 'video_metadata', 'cost_entries', 'error_logs', ...SERVICE_TABLES]);
const seen = async (who: Who, table: string): Promise<Seen> => {
  const query = clients[who].from(table).select('*');
  const answer = await (HAS_OWNER.has(table) ? query.eq(keyOf(table), owner.id) : query.in('job_id', [privateJob, publicJob]));
  return answer.error?.code ?? dataOf(answer).length;
};

describe('reading tables', () => {
  it.each(OWN_TABLES)('%s: the owner and the service, nobody else', async (table) => {
    const rows = table === 'users' ? 1 : 2;
    const all = await Promise.all(EVERYBODY.map((who) => seen(who, table)));
    expect(all).toEqual(['42501', rows, 0, rows]);
  });

  it.each(SERVICE_TABLES)('%s: the service alone', async (table) => {
    const all = await Promise.all(EVERYBODY.map((who) => seen(who, table)));
    expect(all).toEqual(['42501', '42501', '42501', table === 'rate_windows' ? 1 : 2]);
  });

  it('public_films: everybody, of public films alone, and never code, cost, token or people', async () => {
    for (const who of EVERYBODY) {
      const rows = dataOf(await clients[who].from('public_films').select('*').in('job_id', [publicJob, privateJob]));
      expect(rows.map((row: { job_id: string }) => row.job_id)).toEqual([publicJob]);
      expect(Object.keys(rows[0] as object).sort()).toEqual([
        ...['captions_url', 'completed_at', 'created_at', 'duration_seconds', 'job_id', 'keywords', 'language', 'poster_url'],
        ...['supabase_url', 'title', 'topic'],
      ]);
    }
  });

  it('a film that was deleted is hidden from its owner and from the public', async () => {
    const { job_id: jobId } = await createJob(backend.service, owner, { request_hash: 'gone' });
    await must(backend.service.rpc('append_event', { p_job_id: jobId, p_type: 'job.finished', p_progress: { status: 'completed' } }));
    await must(backend.service.rpc('update_film', { p_job_id: jobId, p_user_id: owner.id, p_changes: { is_public: true } }));
    expect(dataOf(await clients.anonymous.from('public_films').select('job_id').eq('job_id', jobId))).toHaveLength(1);
    await must(backend.service.rpc('hide_film', { p_job_id: jobId, p_user_id: owner.id }));
    expect(dataOf(await clients.anonymous.from('public_films').select('job_id').eq('job_id', jobId))).toHaveLength(0);
    expect(dataOf(await clients.owner.from('video_metadata').select('job_id').eq('job_id', jobId))).toHaveLength(0);
    expect(dataOf(await clients.owner.from('job_progress').select('job_id').eq('job_id', jobId))).toHaveLength(0);
    await must(backend.service.from('video_metadata').delete().eq('job_id', jobId));
  });
});

describe('writing tables', () => {
  const writers: Who[] = ['anonymous', 'owner', 'other'];
  it.each([...OWN_TABLES, ...SERVICE_TABLES])('%s: refused to all but the service', async (table) => {
    for (const who of writers) {
      const client = clients[who];
      const column = HAS_OWNER.has(table) ? keyOf(table) : 'job_id';
      const value = HAS_OWNER.has(table) ? owner.id : privateJob;
      expect((await client.from(table).insert({ [column]: value } as never)).error?.code).toBe('42501');
      expect((await client.from(table).update({ [column]: value }).eq(column, value)).error?.code).toBe('42501');
      expect((await client.from(table).delete().eq(column, value)).error?.code).toBe('42501');
    }
  });

  it('the public view cannot be written through, by anyone', async () => {
    for (const who of EVERYBODY) {
      expect((await clients[who].from('public_films').update({ title: 'x' }).eq('job_id', publicJob)).error).not.toBeNull();
    }
  });
});

describe('functions', () => {
  const calls: [string, () => Record<string, unknown>][] = [
    ['ensure_user', () => ({ p_subject: 'x' })],
    ['spending_today', () => ({ p_user_id: owner.id })],
    ['create_job', () => ({ p_user_id: owner.id, p_job: {} })],
    ['create_run', () => ({ p_user_id: owner.id, p_run: { of_job: privateJob } })],
    ['append_event', () => ({ p_job_id: privateJob, p_type: 'x' })],
    ['apply_progress', () => ({ p_job_id: privateJob, p_progress: {} })],
    ['reserve_cost', () => ({ p_job_id: privateJob, p_call: {} })],
    ['settle_cost', () => ({ p_job_id: privateJob, p_bill: {} })],
    ['release_reservations', () => ({ p_job_id: privateJob })],
    ['open_reservations', () => ({ p_job_id: privateJob })],
    ['cost_breakdown_of', () => ({ p_job_id: privateJob })],
    ['cost_history', () => ({})],
    ['record_failure', () => ({ p_job_id: privateJob, p_failure: {} })],
    ['failure_summary', () => ({})],
    ['record_plan', () => ({ p_job_id: privateJob, p_plan: {} })],
    ['record_take', () => ({ p_job_id: privateJob, p_section_number: 1, p_take: {} })],
    ['publish_film', () => ({ p_job_id: privateJob, p_film: {} })],
    ['update_film', () => ({ p_job_id: privateJob, p_user_id: owner.id, p_changes: {} })],
    ['hide_film', () => ({ p_job_id: privateJob, p_user_id: owner.id })],
    ['artefacts_in_use', () => ({})],
    ['oldest_running_job', () => ({})],
    ['sweep_events', () => ({ p_before: new Date().toISOString() })],
    ['old_error_logs', () => ({ p_before: new Date().toISOString() })],
    ['list_films', () => ({ p_user_id: owner.id })],
    ['take_rate', () => ({ p_user_id: owner.id, p_name: 'x', p_limit: 1, p_window_seconds: 1 })],
    ['earlier_job', () => ({ p_user_id: owner.id, p_job: {} })],
    ['job_limit', () => ({ p_user_id: owner.id, p_estimate: 1, p_limits: {} })],
  ];
  it.each(calls)('%s is for the service alone', async (name, values) => {
    for (const who of ['anonymous', 'owner', 'other'] as const) {
      expect((await clients[who].rpc(name, values())).error?.code).toBe('42501');
    }
  });

  it('say who a token is, to its bearer', async () => {
    expect(dataOf(await clients.owner.rpc('current_user_id'))).toBe(owner.id);
    expect((await clients.anonymous.rpc('current_user_id')).error?.code).toBe('42501');
  });
});

describe('objects', () => {
  const file = (name: string, jobId: string) => `${owner.id}/${jobId}/${name}`;
  const readable = async (bucket: string, path: string): Promise<boolean[]> =>
    Promise.all(EVERYBODY.map(async (who) => (await clients[who].storage.from(bucket).download(path)).error === null));

  it.each([
    ['a private film', 'films', () => file('film.mp4', privateJob), [false, true, false, true]],
    ['a public film', 'films', () => file('film.mp4', publicJob), [true, true, true, true]],
    ['the plan of a public film', 'films', () => file('plan.json', publicJob), [false, true, false, true]],
    ['an error log', 'error-logs', () => `${owner.id}/${privateJob}.json`, [false, false, false, true]],
    ['an artefact', 'artefacts', () => `${owner.id}/${privateJob}`, [false, false, false, true]],
  ])('%s is read by those who may', async (_name, bucket, path, expected) => {
    expect(await readable(bucket, path())).toEqual(expected);
    const signed = EVERYBODY.map(async (who) => (await clients[who].storage.from(bucket).createSignedUrl(path(), 60)).error === null);
    expect(await Promise.all(signed)).toEqual(expected);
  });

  it.each(['films', 'error-logs', 'artefacts'])('%s is written, moved and removed by the service alone', async (bucket) => {
    const path = bucket === 'films' ? file('plan.json', privateJob) : bucket === 'artefacts' ? `${owner.id}/${privateJob}` : `${owner.id}/${privateJob}.json`;
    for (const who of ['anonymous', 'owner', 'other'] as const) {
      const objects = clients[who].storage.from(bucket);
      const options = { contentType: 'application/json' };
      expect(String((await objects.upload(`${owner.id}/new.json`, '{}', options)).error?.statusCode)).toBe('403');
      expect((await objects.upload(path, '{}', { ...options, upsert: true })).error).not.toBeNull();
      expect((await objects.createSignedUploadUrl(`${owner.id}/new.json`)).error).not.toBeNull();
      expect((await objects.move(path, `${path}.moved`)).error).not.toBeNull();
      expect((await objects.copy(path, `${path}.copy`)).error).not.toBeNull();
      expect(dataOf(await objects.remove([path]))).toEqual([]);
    }
    expect((await clients.service.storage.from(bucket).exists(path)).data).toBe(true);
  });

  it('are listed to those who may read them', async () => {
    const listed = async (who: Who) => dataOf(await clients[who].storage.from('films').list(`${owner.id}/${privateJob}`)).length;
    expect(await Promise.all(EVERYBODY.map(listed))).toEqual([0, 2, 0, 2]);
  });

  it('stand in buckets that only the service sees and changes', async () => {
    const buckets = async (who: Who) => dataOf(await clients[who].storage.listBuckets()).length;
    const [anonymous, own, other, service] = await Promise.all(EVERYBODY.map(buckets));
    expect([anonymous, own, other]).toEqual([0, 0, 0]);
    expect(service).toBeGreaterThanOrEqual(3);
    for (const who of ['anonymous', 'owner', 'other'] as const) {
      expect((await clients[who].storage.createBucket('mine')).error).not.toBeNull();
      expect((await clients[who].storage.updateBucket('films', { public: true })).error).not.toBeNull();
    }
    expect(dataOf(await clients.service.storage.getBucket('films')).public).toBe(false);
  });
});
