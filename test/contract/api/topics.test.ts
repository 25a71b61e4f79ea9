import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Estimate } from '../../../shared/contract/estimate.ts';
import { base64, pngHeader, problemOf } from '../../support/api-answers.ts';
import { type ApiService, LESSON, openApiService, type TestUser } from '../../support/api-service.ts';

let service: ApiService;
let user: TestUser;

beforeAll(async () => {
  service = await openApiService();
  user = await service.user();
});
afterAll(() => service.close());

const kindOf = (kind: string) => ({ kind, config_flavor: 'default' });
const range = (expected: number, most: number) => ({ expected, most });
const tokens = { inputTokens: range(9000, 90_000), outputTokens: range(3000, 30_000), microDollars: range(400_000, 2_250_000) };
const topicEstimate: Estimate = {
  ...tokens,
  sections: range(5, 6),
  characters: 2200,
  filmSeconds: 180,
  waitingSeconds: 150,
  uses: [{ use: 'plan', provider: 'anthropic', model: 'm', calls: range(2, 9), ...tokens, characters: 0, basis: 'defaults' }],
  basis: { films: 3, topics: 1, waiting: 'history', note: 'From the latest films of this store (3, of which 1 from a topic).' },
};

describe('where films are planned from a topic', () => {
  let planning: ApiService;
  beforeAll(async () => {
    planning = await openApiService({ topics: true, limits: { jobMicroDollars: 750_000 }, estimate: async () => topicEstimate }, service);
  });
  afterAll(() => planning.close());
  const make = async (body: object) => {
    const answer = await planning.call('/v1/jobs', { token: user.token, body });
    expect(answer.status).toBe(202);
    return (await answer.json()) as { job_id: string };
  };
  const rowOf = async (jobId: string) => {
    const token = await planning.stack.signToken({ role: 'service_role' });
    const headers = { apikey: planning.stack.secretKey, authorization: `Bearer ${token}` };
    const [row] = (await (await fetch(`${planning.stack.url}/rest/v1/video_metadata?job_id=eq.${jobId}`, { headers })).json()) as object[];
    return row;
  };

  it('accepts one, and keeps what was asked for with the job: topic, flavor, cap and image', async () => {
    const png = base64(pngHeader(640, 480));
    const { job_id: jobId } = await make({ topic: 'Prime numbers', language: 'es', max_dollars: 0.5, image_context: `data:image/png;base64,${png}` });
    const request = { topic: 'Prime numbers', flavor: 'default', language: 'es', capMicroDollars: 500_000, imageContext: png };
    expect(planning.started).toContainEqual({ jobId, userId: user.id, request });
    expect(await rowOf(jobId)).toMatchObject({ ...kindOf('topic'), title: 'Prime numbers', language: 'es', cap_micro_dollars: 500_000, reserved_micro_dollars: 400_000, request });
    for (const path of [`/v1/jobs/${jobId}`, `/v1/videos/${jobId}`, '/v1/videos']) {
      expect(await (await planning.call(path, { token: user.token })).text()).not.toContain(png);
    }
  });

  it('keeps an image as large as one may be', async () => {
    const png = base64(Buffer.concat([pngHeader(640, 480), Buffer.alloc(4_999_000, 7)]));
    const { job_id: jobId } = await make({ topic: 'Prime numbers', image_context: png });
    expect(await rowOf(jobId)).toMatchObject({ request: { imageContext: png } });
  });

  it('counts no more against the day than a job may cost, and lets the service say how much that is', async () => {
    const cheap = await make({ topic: 'Prime numbers', max_dollars: 0.1 });
    expect(await rowOf(cheap.job_id)).toMatchObject({ cap_micro_dollars: 100_000, reserved_micro_dollars: 100_000 });
    const usual = await make({ lesson: LESSON });
    expect(await rowOf(usual.job_id)).toMatchObject({ ...kindOf('lesson'), cap_micro_dollars: 750_000 });
  });

  it('shortens what a long topic is called, and keeps it whole', async () => {
    const topic = 'Primes '.repeat(200).trim();
    const { job_id: jobId } = await make({ topic });
    expect(await rowOf(jobId)).toMatchObject({ topic, title: topic.slice(0, 300) });
  });

  it('tells what it will take before anything is spent, and makes no job', async () => {
    const before = planning.started.length;
    const answer = await planning.call('/v1/estimates', { token: user.token, body: { topic: 'Prime numbers' } });
    expect(answer.status).toBe(200);
    const told = (await answer.json()) as object;
    expect(told).toMatchObject({ input_tokens: { expected: 9000, most: 90_000 }, dollars: { expected: 0.4, most: 2.25 }, characters: 2200, film_seconds: 180, waiting_seconds: 150 });
    expect(told).toMatchObject({ uses: [{ use: 'plan', model: 'm', dollars: { expected: 0.4, most: 2.25 }, basis: 'defaults' }], basis: { films: 3, waiting: 'history' } });
    expect(planning.started).toHaveLength(before);
  });
});

describe('an estimate of a lesson', () => {
  const ask = (body: object, token = user.token) => service.call('/v1/estimates', { token, body });

  it('counts its sections and what is spoken', async () => {
    const told = (await (await ask({ lesson: LESSON })).json()) as object;
    expect(told).toMatchObject({ sections: { expected: 1, most: 1 }, characters: 'This is one.'.length, dollars: { expected: 0, most: 0 }, input_tokens: { expected: 0, most: 0 } });
    expect(told).toMatchObject({ uses: [{ use: 'speech', provider: 'silent', calls: { expected: 1, most: 1 } }] });
  });

  it('is refused as the job would be', async () => {
    expect(await problemOf(await ask({ topic: 'Primes' }))).toMatchObject({ status: 422, code: 'no_planner' });
    expect((await problemOf(await ask({ lesson: 'Nothing here.' }))).status).toBe(422);
    expect((await problemOf(await ask({ lesson: LESSON }, 'nonsense'))).status).toBe(401);
  });
});
