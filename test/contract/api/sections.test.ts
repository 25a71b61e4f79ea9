import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf } from '../../support/api-answers.ts';
import { type ApiService, LESSON, openApiService, type TestUser } from '../../support/api-service.ts';

let service: ApiService;
let user: TestUser;
let other: TestUser;

beforeAll(async () => {
  service = await openApiService();
  [user, other] = await Promise.all([service.user(), service.user()]);
});
afterAll(() => service.close());

interface Answer {
  job_id: string;
  events_url: string;
  video_id: string;
  items: Record<string, unknown>[];
}
const bodyOf = async (answer: Response): Promise<Answer> => (await answer.json()) as Answer;
const call = (path: string, options: Parameters<ApiService['call']>[1] = {}) => service.call(path, { token: user.token, ...options });
const post = (path: string, body?: unknown, headers: Record<string, string> = {}) => call(path, { method: 'POST', headers, ...(body !== undefined && { body }) });

/** A job with one section that has a take of each kind. */
async function newJob(): Promise<string> {
  const { job_id: jobId } = await bodyOf(await post('/v1/jobs', { lesson: LESSON }));
  const { sections } = service.store;
  await sections.plan(jobId, { title: 'Counting', language: 'en', keywords: [], sections: [{ title: 'One' }] });
  for (const outcome of ['failed', 'card', 'rendered'] as const) {
    await sections.take(jobId, { section: 1, outcome, faults: 0, sceneCode: `# ${outcome}`, clipHash: 'a', durationSeconds: 2, report: {} });
  }
  return jobId;
}
const end = (jobId: string, progress: object = { status: 'completed' }) =>
  service.store.events.append({ jobId, happening: { type: 'job.finished', partial: false, durationSeconds: 2, film: 'x' }, progress });
async function newFilm(): Promise<string> {
  const jobId = await newJob();
  await end(jobId);
  return jobId;
}

describe('sections of a film', () => {
  it('are listed with their takes, to their owner', async () => {
    const film = await newFilm();
    expect(await bodyOf(await call(`/v1/videos/${film}/sections`))).toEqual({
      items: [
        {
          ...{ section: 1, title: 'One', outcome: 'rendered', take: 3, chosen: false, duration_seconds: 2 },
          takes: (['failed', 'card', 'rendered'] as const).map((outcome, index) => ({
            ...{ take: index + 1, outcome, faults: 0, duration_seconds: 2, scene_code: `# ${outcome}`, created_at: expect.stringMatching(/Z$/) },
          })),
        },
      ],
    });
    expect((await service.call(`/v1/videos/${film}/sections`)).status).toBe(401);
    const asked = ['', '/1/retry'].map((path) => service.call(`/v1/videos/${film}/sections${path}`, { token: other.token, method: path === '' ? 'GET' : 'POST' }));
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([404, 404]);
    expect((await service.call(`/v1/videos/${film}/restitch`, { token: other.token, method: 'POST' })).status).toBe(404);
    await service.store.films.update(film, user.id, { isPublic: true });
    expect((await service.call(`/v1/videos/${film}/sections`, { token: other.token })).status).toBe(404);
  });

  it('have a take chosen, if something was drawn in it', async () => {
    const path = `/v1/videos/${await newFilm()}/sections`;
    const choose = (section: number | string, take: unknown) => call(`${path}/${section}`, { method: 'PATCH', body: { take } });
    expect(await (await choose(1, 2)).json()).toMatchObject({ take: 2, chosen: true, outcome: 'card' });
    expect((await bodyOf(await call(path))).items).toMatchObject([{ take: 2 }]);
    expect(await (await choose(1, null)).json()).toMatchObject({ take: 3, chosen: false });
    expect(await problemOf(await choose(1, 1))).toMatchObject({ status: 409, code: 'take_failed' });
    expect(await problemOf(await choose(1, 4))).toMatchObject({ status: 404, code: 'unknown_take' });
    expect(await problemOf(await choose(2, 1))).toMatchObject({ status: 404, code: 'unknown_section' });
    for (const wrong of [0, 1.5, '1', undefined]) expect((await choose(1, wrong)).status).toBe(400);
    for (const wrong of ['0', '-1', 'x', '1e1']) expect((await choose(wrong, 1)).status).toBe(400);
  });
});

describe('work on a film', () => {
  it('is a job that is followed and cancelled as any other', async () => {
    const film = await newFilm();
    const answer = await post(`/v1/videos/${film}/sections/1/retry`);
    expect(answer.status).toBe(202);
    const run = await bodyOf(answer);
    expect(run).toMatchObject({ status: 'processing', video_id: film, events_url: `http://lectern.test/v1/jobs/${run.job_id}/events`, video_url: null });
    expect(answer.headers.get('location')).toBe(`http://lectern.test/v1/jobs/${run.job_id}`);
    expect(service.started.at(-1)).toEqual({ jobId: run.job_id, userId: user.id, request: { again: { of: film, kind: 'lesson', section: 1 }, flavor: 'default' } });
    expect((await post(`/v1/jobs/${run.job_id}/cancel`)).status).toBe(202);
    expect(service.cancelled).toContain(run.job_id);
    await end(run.job_id);
    expect(await (await call(`/v1/jobs/${run.job_id}`)).json()).toMatchObject({ video_url: `http://lectern.test/v1/videos/${film}/file` });
    expect((await call(`/v1/videos/${run.job_id}`)).status).toBe(404);
    expect((await call(`/v1/videos/${run.job_id}/sections`)).status).toBe(404);
  });

  it('takes code and a cap, and hands them on', async () => {
    const film = await newFilm();
    const run = await bodyOf(await post(`/v1/videos/${film}/sections/1/retry`, { scene_code: 'pass', max_dollars: 0.25 }));
    expect(service.started.at(-1)).toMatchObject({ jobId: run.job_id, request: { again: { section: 1, sceneCode: 'pass' }, capMicroDollars: 250_000 } });
    for (const wrong of [{ scene_code: '' }, { scene_code: 'x\0' }, { scene_code: 'x'.repeat(100_001) }, { max_dollars: 0 }, { section: 2 }]) {
      expect((await post(`/v1/videos/${film}/sections/1/retry`, wrong)).status, JSON.stringify(wrong).slice(0, 40)).toBe(400);
    }
    expect((await call(`/v1/videos/${film}/restitch`, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } })).status).toBe(400);
  });

  it('is one where it is asked for twice at once, and refused where it would be in the way', async () => {
    const film = await newFilm();
    const restitch = () => post(`/v1/videos/${film}/restitch`);
    const runs = await Promise.all([restitch(), restitch(), restitch()].map(async (each) => bodyOf(await each)));
    expect(new Set(runs.map(({ job_id: id }) => id)).size).toBe(1);
    expect(service.started.filter(({ jobId }) => jobId === runs[0]?.job_id)).toHaveLength(1);
    expect(await problemOf(await post(`/v1/videos/${film}/sections/1/retry`))).toMatchObject({ status: 409, code: 'film_in_work' });
    const headers = { 'idempotency-key': randomUUID() };
    await end(runs[0]?.job_id ?? '');
    const first = await bodyOf(await post(`/v1/videos/${film}/restitch`, undefined, headers));
    await end(first.job_id);
    expect((await bodyOf(await post(`/v1/videos/${film}/restitch`, undefined, headers))).job_id).toBe(first.job_id);
    expect(await problemOf(await post(`/v1/videos/${film}/restitch`, { max_dollars: 1 }, headers))).toMatchObject({ status: 409, code: 'key_reused' });
    expect((await post(`/v1/videos/${film}/restitch`, undefined, { 'idempotency-key': 'a b' })).status).toBe(400);
  });

  it('waits for films that are being made, or wait to be published, and there is none of others', async () => {
    const running = await newJob();
    expect(await problemOf(await post(`/v1/videos/${running}/restitch`))).toMatchObject({ status: 409, code: 'film_in_work' });
    const local = await newJob();
    await end(local, { status: 'completed', localVideoUrl: 'http://lectern.test/file' });
    expect(await problemOf(await post(`/v1/videos/${local}/restitch`))).toMatchObject({ status: 409, code: 'not_published' });
    const failed = await newJob();
    await end(failed, { status: 'failed' });
    expect(await problemOf(await post(`/v1/videos/${failed}/restitch`))).toMatchObject({ status: 409, code: 'no_film' });
    const film = await newFilm();
    expect(await problemOf(await post(`/v1/videos/${film}/sections/2/retry`))).toMatchObject({ status: 404, code: 'unknown_section' });
    expect(await problemOf(await post(`/v1/videos/${randomUUID()}/restitch`))).toMatchObject({ status: 404, code: 'unknown_video' });
  });

  it('counts against the limits of its user', async () => {
    const rates = { jobs: { limit: 3, windowSeconds: 60 }, requests: { limit: 1000, windowSeconds: 60 } };
    const strict = await openApiService({ limits: { runningJobs: 1 }, rateLimits: rates }, service);
    const owner = user;
    try {
      user = await strict.user();
      const fresh = await newFilm();
      const asked = () => strict.call(`/v1/videos/${fresh}/restitch`, { method: 'POST', token: user.token });
      const waiting = await newJob();
      expect(await problemOf(await asked())).toMatchObject({ status: 429, code: 'running_limit', body: { reached: 1, limit: 1 } });
      await end(waiting);
      expect(await problemOf(await asked())).toMatchObject({ status: 429, code: 'rate_limited' });
    } finally {
      user = owner;
      await strict.close();
    }
  });
});
