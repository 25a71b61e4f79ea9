import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobRequest } from '../../../functions/api/parts.ts';
import { base64, pngHeader, problemOf } from '../../support/api-answers.ts';
import { type ApiService, LESSON, openApiService, type TestUser } from '../../support/api-service.ts';

let service: ApiService;
let user: TestUser;
let other: TestUser;

beforeAll(async () => {
  service = await openApiService();
  [user, other] = await Promise.all([service.user(), service.user()]);
});
afterAll(() => service.close());

const post = (body: unknown, options: { token?: string; headers?: Record<string, string> } = {}) =>
  service.call('/v1/jobs', { method: 'POST', token: user.token, body, ...options });
const newJob = async (body: object = {}) => (await (await post({ lesson: LESSON, ...body })).json()) as { job_id: string };

describe('making a job', () => {
  it('accepts a lesson, and starts it for its user', async () => {
    const answer = await post({ lesson: LESSON, quality: 'preview', voice: 'silent' });
    expect(answer.status).toBe(202);
    const job = (await answer.json()) as Record<string, string>;
    expect(job).toMatchObject({ status: 'processing', current_stage: 1, progress_percentage: 0, last_event_id: 0 });
    expect(answer.headers.get('location')).toBe(`http://lectern.test/v1/jobs/${job['job_id']}`);
    const request: JobRequest = { lesson: LESSON, flavor: 'default', quality: 'preview', voice: 'silent' };
    expect(service.started).toContainEqual({ jobId: job['job_id'], userId: user.id, request });
    expect(await service.store.films.find(job['job_id'] ?? '', user.id)).toMatchObject({ title: 'Counting', topic: 'Counting', language: 'en' });
  });

  it('makes one job of a hundred equal requests at once', async () => {
    const before = service.started.length;
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 100 }, () => post({ lesson: LESSON }, { headers })));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    const jobs = (await Promise.all(answers.map((answer) => answer.json()))) as { job_id: string }[];
    expect(new Set(jobs.map((job) => job.job_id)).size).toBe(1);
    expect(service.started.length - before).toBe(1);
    const windows = await service.stack.signToken({ role: 'service_role' });
    const counted = await fetch(`${service.stack.url}/rest/v1/rate_windows?name=eq.jobs&user_id=eq.${user.id}&select=taken`, {
      headers: { apikey: service.stack.secretKey, authorization: `Bearer ${windows}` },
    });
    expect(await counted.json()).toEqual([{ taken: before + 1 }]);
    expect(await problemOf(await post({ lesson: `${LESSON}\nMore.` }, { headers }))).toMatchObject({ status: 409, code: 'key_reused' });
  });

  it('takes an id once', async () => {
    const { job_id: jobId } = await newJob({ job_id: randomUUID() });
    expect((await newJob({ job_id: jobId })).job_id).toBe(jobId);
    const taken = await service.call('/v1/jobs', { token: other.token, body: { lesson: LESSON, job_id: jobId } });
    expect(await problemOf(taken)).toMatchObject({ status: 409, code: 'id_taken' });
  });

  it('ends a job at once that cannot be started', async () => {
    const failing = await openApiService({
      jobs: {
        check: async () => ({ title: 'T', language: 'en' }),
        start: () => Promise.reject(new Error('a secret: sb_secret_1 in /tmp/x')),
        cancel: async () => undefined,
      },
    }, service);
    try {
      const { token } = await failing.user();
      const jobId = randomUUID();
      const answer = await failing.call('/v1/jobs', { token, body: { lesson: LESSON, job_id: jobId } });
      expect(await problemOf(answer)).toMatchObject({ status: 500, code: 'unexpected' });
      expect(await failing.store.jobs.find(jobId)).toMatchObject({ status: 'failed', errorCode: 'unexpected' });
      expect(failing.logged).toHaveLength(1);
    } finally {
      await failing.close();
    }
  });
});

describe('a request that cannot be served', () => {
  it.each([
    ['malformed JSON', '{"lesson": ', 400, 'malformed_json'],
    ['another type of JSON', '[]', 400, 'invalid_request'],
    ['no lesson', {}, 400, 'invalid_request'],
    ['lesson and topic', { lesson: LESSON, topic: 'x' }, 400, 'invalid_request'],
    ['an unknown field', { lesson: LESSON, colour: 'red' }, 400, 'invalid_request'],
    ['a job id that is none', { lesson: LESSON, job_id: '1' }, 400, 'invalid_request'],
    ['text that cannot be kept', { lesson: 'a\u0000b' }, 400, 'invalid_request'],
    ['half of a surrogate pair', '{"lesson": "a\\ud800"}', 400, 'invalid_request'],
    ['a topic', { topic: 'Prime numbers' }, 422, 'no_planner'],
    ['another user', { lesson: LESSON, clerk_user_id: 'user_somebody' }, 403, 'other_user'],
    ['a cap of nothing', { lesson: LESSON, max_dollars: 0 }, 400, 'invalid_request'],
    ['a lesson without a section', { lesson: 'Nothing here.' }, 422, undefined],
    ['an image that is text', { lesson: LESSON, image_context: base64(Buffer.from('<svg onload="x">')) }, 422, 'bad_image_context'],
    ['an image by name only', { lesson: LESSON, image_context: `data:image/png;base64,${base64(Buffer.from('GIF8'))}` }, 422, 'bad_image_context'],
    ['an image of a million pixels a side', { lesson: LESSON, image_context: base64(pngHeader(1_000_000, 1_000_000)) }, 422, 'bad_image_context'],
  ])('is told so: %s', async (_, body, status, code) => {
    const before = service.started.length;
    const problem = await problemOf(await post(body));
    expect(problem).toMatchObject({ status, ...(code !== undefined && { code }) });
    expect(service.started).toHaveLength(before);
  });

  it('names the lines of a lesson that are wrong, all at once', async () => {
    const { body } = await problemOf(await post({ lesson: '# T\n\n## S\n\nText.\n\n```wrong\nx\n```\n\n```other\nx\n```\n' }));
    expect(body).toMatchObject({ status: 422, errors: [{ line: 7 }, { line: 11 }] });
  });

  it('takes an image by its content', async () => {
    const answer = await post({ lesson: LESSON, image_context: `data:image/png;base64,${base64(pngHeader(640, 480))}` });
    expect(answer.status).toBe(202);
  });

  it('has another content type, or none', async () => {
    const typed = await post('lesson=x', { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(await problemOf(typed)).toMatchObject({ status: 415, code: 'wrong_content_type' });
    expect((await problemOf(await post(LESSON, { headers: { 'content-type': 'text/plain' } }))).status).toBe(415);
  });

  it('is too large, with its length told and without', async () => {
    const large = JSON.stringify({ lesson: LESSON, image_context: 'A'.repeat(10_000_000) });
    expect(await problemOf(await post(large))).toMatchObject({ status: 413, code: 'request_too_large' });
    const answer = await fetch(`${service.url}/v1/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' },
      body: new Blob([large]).stream(),
      duplex: 'half',
    });
    expect((await problemOf(answer)).status).toBe(413);
  });

  it('uses a wrong method, or a path that is not there', async () => {
    const answer = await service.call('/v1/jobs', { method: 'PUT', token: user.token });
    expect(answer.headers.get('allow')).toBe('POST');
    expect(await problemOf(answer)).toMatchObject({ status: 405, code: 'method_not_allowed' });
    const film = await service.call(`/v1/videos/${randomUUID()}`, { method: 'POST', token: user.token });
    expect(film.headers.get('allow')).toBe('DELETE, GET, HEAD, PATCH');
    expect(await problemOf(await service.call('/v1/nowhere'))).toMatchObject({ status: 404, code: 'unknown_path' });
  });

  it('has an Idempotency-Key that cannot be one', async () => {
    expect((await problemOf(await post({ lesson: LESSON }, { headers: { 'idempotency-key': 'a b' } }))).code).toBe('invalid_request');
  });
});

describe('a job', () => {
  it('is known to its user alone', async () => {
    const { job_id: jobId } = await newJob();
    for (const path of ['', '/events', '/cancel']) {
      const method = path === '/cancel' ? 'POST' : 'GET';
      expect((await problemOf(await service.call(`/v1/jobs/${jobId}${path}`, { method, token: other.token }))).code).toBe('unknown_job');
      expect((await problemOf(await service.call(`/v1/jobs/${randomUUID()}${path}`, { method, token: user.token }))).code).toBe('unknown_job');
      expect((await problemOf(await service.call(`/v1/jobs/${jobId}${path}`, { method }))).status).toBe(401);
    }
  });

  it('is cancelled while it runs, and not after it', async () => {
    const { job_id: jobId } = await newJob();
    const cancel = () => service.call(`/v1/jobs/${jobId}/cancel`, { method: 'POST', token: user.token });
    const answer = await cancel();
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ cancel_requested: true, status: 'processing' });
    expect(service.cancelled).toContain(jobId);
    await service.store.events.append({ jobId, happening: { type: 'job.cancelled' }, progress: { status: 'failed', cancelled: true } });
    expect(await problemOf(await cancel())).toMatchObject({ status: 409, code: 'job_ended' });
  });
});

describe('tokens', () => {
  const status = async (token: string) => {
    const answer = await service.call('/v1/videos', { token });
    if (answer.status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    return answer.status === 200 ? 200 : (await problemOf(answer)).code;
  };

  it('let in whom they were made for', async () => {
    expect(await status(user.token)).toBe(200);
    expect(await status(await service.stack.signToken({ subject: user.subject, expiresInSeconds: -60 }))).toBe('token_expired');
    expect(await status(await service.stack.signToken({ subject: user.subject, role: 'service_role' }))).toBe('token_refused');
    expect(await status(await service.stack.signToken({}))).toBe('token_refused');
    expect(await status(`${user.token.slice(0, -8)}AAAAAAAA`)).toBe('token_refused');
    expect(await status('nonsense')).toBe('token_refused');
  });
});

describe('limits', () => {
  it('of rate, running jobs and spending are told with what was reached and when it ends', async () => {
    const narrow = await openApiService({
      limits: { runningJobs: 1, dayMicroDollars: 5_000_000 },
      rateLimits: { jobs: { limit: 5, windowSeconds: 3600 }, requests: { limit: 10, windowSeconds: 60 } },
    }, service);
    try {
      const { token, id } = await narrow.user();
      const create = () => narrow.call('/v1/jobs', { token, body: { lesson: LESSON } });
      const { job_id: jobId } = (await (await create()).json()) as { job_id: string };
      const running = await create();
      expect(running.headers.get('retry-after')).toBe('30');
      expect((await problemOf(running)).body).toMatchObject({ status: 429, code: 'running_limit', reached: 1, limit: 1, resets_at: null });

      const call = { phase: 'plan', provider: 'p', model: 'm', key: 'outline', mostMicroDollars: 5_000_001 };
      await narrow.store.costs.settle(jobId, call, { units: {}, microDollars: 5_000_001, cached: false });
      await narrow.store.events.append({ jobId, happening: { type: 'job.cancelled' }, progress: { status: 'failed', cancelled: true } });
      const spent = await create();
      const { body } = await problemOf(spent);
      expect(body).toMatchObject({ status: 429, code: 'spending_limit', reached: 5_000_001, limit: 5_000_000 });
      expect(body['resets_at']).toMatch(/T00:00:00\.000Z$/);
      expect(Number(spent.headers.get('retry-after'))).toBeLessThanOrEqual(86_400);

      await create();
      await create();
      expect((await problemOf(await create())).body).toMatchObject({ status: 429, code: 'rate_limited', reached: 6, limit: 5 });
      for (let more = 0; more < 4; more += 1) await narrow.call('/v1/videos/' + randomUUID(), { method: 'DELETE', token });
      const last = await narrow.call('/v1/videos/' + randomUUID(), { method: 'DELETE', token });
      expect((await problemOf(last)).code).toBe('rate_limited');
      expect(Number(last.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect(await narrow.store.films.list({ userId: id })).toMatchObject({ items: [{ jobId }] });
    } finally {
      await narrow.close();
    }
  });
});
