import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJob, createUser, dataOf, type TestUser } from '../../support/jobs.ts';
import { type Backend, openBackend } from '../../support/supabase.ts';

let backend: Backend;
let owner: TestUser;
let jobId: string;

beforeAll(async () => {
  backend = await openBackend();
  owner = await createUser(backend.service);
  jobId = (await createJob(backend.service, owner)).job_id;
});
afterAll(() => backend.close());

const films = () => backend.service.from('video_metadata');

describe('values', () => {
  it('come back as they went in', async () => {
    const plan = { fps: 30, nested: { a: [1, 2, { b: null }] }, text: 'π ≈ 3.14, "so"' };
    const keywords = ['x', 'y, z', 'q"t', 'ü'];
    const answer = await films()
      .update({ mega_plan: plan, keywords, duration_seconds: 12.345, reserved_micro_dollars: 5_000_000_000 })
      .eq('job_id', jobId)
      .select()
      .single();
    expect(dataOf(answer)).toMatchObject({
      mega_plan: plan,
      keywords,
      duration_seconds: 12.345,
      reserved_micro_dollars: 5_000_000_000,
      status: 'processing',
      is_public: false,
    });
  });

  it('have times with microseconds and an offset, and updated_at moves with an update', async () => {
    const before = dataOf(await films().select('created_at,updated_at').eq('job_id', jobId).single());
    expect(before.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/);
    const after = dataOf(await films().update({ topic: 'Other' }).eq('job_id', jobId).select('updated_at').single());
    expect(after.updated_at > before.updated_at).toBe(true);
  });
});

describe('faults carry the code and status that clients know', () => {
  const userId = () => owner.id;
  it.each([
    ['a reference to nothing', () => films().insert({ user_id: randomUUID(), topic: 'x' }), '23503', 409],
    ['a broken check', () => films().insert({ user_id: userId(), topic: 'x', status: 'odd' }), '23514', 400],
    ['a value twice', () => films().insert({ user_id: userId(), topic: 'x', job_id: jobId }), '23505', 409],
    ['an unknown column', () => films().insert({ user_id: userId(), topic: 'x', bogus: 1 }), 'PGRST204', 400],
    ['no row where one is asked for', () => films().select().eq('job_id', randomUUID()).single(), 'PGRST116', 406],
    ['what is no uuid', () => films().select().eq('job_id', 'not-a-uuid'), '22P02', 400],
    ['an unknown function', () => backend.service.rpc('nope', {}), 'PGRST202', 404],
  ])('%s', async (_name, ask, code, status) => {
    const answer = await ask();
    expect({ code: answer.error?.code, status: answer.status }).toEqual({ code, status });
  });

  it('an unknown table is 404', async () => {
    expect((await backend.service.from('nope').select()).status).toBe(404);
  });

  it('no row where there may be one is null', async () => {
    const answer = await films().select().eq('job_id', randomUUID()).maybeSingle();
    expect([answer.error, answer.data]).toEqual([null, null]);
  });
});

describe('queries', () => {
  let reader: TestUser;
  beforeAll(async () => {
    reader = await createUser(backend.service);
    const rows = Array.from({ length: 25 }, (_, index) => ({
      user_id: reader.id,
      topic: `t${String(index).padStart(2, '0')}`,
      keywords: index % 2 === 0 ? ['even', 'number'] : ['odd'],
      mega_plan: { index, deep: { list: [index] } },
    }));
    dataOf(await films().insert(rows).select('job_id'));
  });
  const own = (columns = 'topic') => films().select(columns).eq('user_id', reader.id);

  it('order, take a range and count', async () => {
    const answer = await films()
      .select('topic', { count: 'exact' })
      .eq('user_id', reader.id)
      .order('topic', { ascending: false })
      .range(5, 9);
    expect(dataOf(answer).map((row) => row.topic)).toEqual(['t19', 't18', 't17', 't16', 't15']);
    expect([answer.count, answer.status]).toEqual([25, 206]);
  });

  it('count without rows', async () => {
    const answer = await films().select('*', { count: 'exact', head: true }).eq('user_id', reader.id);
    expect([answer.count, answer.data]).toEqual([25, null]);
  });

  it.each([
    ['or with and', () => own().or('topic.eq.t01,and(topic.eq.t02,status.eq.processing)'), 2],
    ['in, with a comma in a value', () => own().in('topic', ['t01', 'a,b', 't03']), 2],
    ['like', () => own().like('topic', 't1%'), 10],
    ['array contains', () => own().contains('keywords', ['even', 'number']), 13],
    ['array overlaps', () => own().overlaps('keywords', ['odd', 'none']), 12],
    ['json contains', () => own().contains('mega_plan', { index: 7 }), 1],
    ['an arrow into json', () => own().eq('mega_plan->>index', '7'), 1],
  ])('%s', async (_name, ask, count) => {
    expect(dataOf(await ask())).toHaveLength(count);
  });

  it('select parts of json under other names', async () => {
    const answer = await films()
      .select('n:mega_plan->index,first:mega_plan->deep->list->>0')
      .eq('user_id', reader.id)
      .eq('topic', 't07');
    expect(dataOf(answer)).toEqual([{ n: 7, first: '7' }]);
  });

  it('embed what is referred to, and filter by it', async () => {
    const answer = await films()
      .select('job_id,job_progress(progress_percentage),users!inner(subject)')
      .eq('users.subject', owner.subject);
    expect(dataOf(answer)).toEqual([
      { job_id: jobId, job_progress: { progress_percentage: 0 }, users: { subject: owner.subject } },
    ]);
  });

  it('change a row only while it is as expected', async () => {
    const claim = () =>
      films().update({ status: 'failed' }).eq('user_id', reader.id).eq('topic', 't05').eq('status', 'processing').select('job_id');
    expect(dataOf(await claim())).toHaveLength(1);
    expect(dataOf(await claim())).toHaveLength(0);
  });

  it('delete and say what went', async () => {
    expect(dataOf(await films().delete().eq('user_id', reader.id).like('topic', 't2%').select('job_id'))).toHaveLength(5);
  });
});

describe('callers', () => {
  it('with a key that is not known are 401', async () => {
    const answer = await fetch(`${backend.url}/rest/v1/public_films`, { headers: { apikey: 'sb_publishable_bogus' } });
    expect(answer.status).toBe(401);
  });

  it('without any key are 401, also with a token', async () => {
    const token = await backend.signToken({ subject: owner.subject });
    expect((await fetch(`${backend.url}/rest/v1/public_films`)).status).toBe(401);
    const withToken = await fetch(`${backend.url}/rest/v1/public_films`, { headers: { authorization: `Bearer ${token}` } });
    expect(withToken.status).toBe(401);
  });

  it('may repeat their key as bearer', async () => {
    const headers = { apikey: backend.secretKey, authorization: `Bearer ${backend.secretKey}` };
    expect((await fetch(`${backend.url}/rest/v1/users?select=id&limit=1`, { headers })).status).toBe(200);
  });

  it('with a forged, an expired or an unsigned token are 401', async () => {
    const token = await backend.signToken({ subject: owner.subject });
    const forged = `${token.slice(0, -6)}AAAAAA`;
    const expired = await backend.signToken({ subject: owner.subject, expiresInSeconds: -120 });
    const [, payload] = token.split('.');
    const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`;
    for (const bad of [forged, expired, unsigned]) {
      expect((await backend.withToken(bad).from('video_metadata').select('job_id')).status).toBe(401);
    }
  });
});
