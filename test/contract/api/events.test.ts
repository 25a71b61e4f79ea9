import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Happening } from '../../../shared/contract/event.ts';
import { type ApiService, LESSON, openApiService, type TestUser } from '../../support/api-service.ts';

let service: ApiService;
let user: TestUser;

beforeAll(async () => {
  service = await openApiService();
  user = await service.user();
});
afterAll(() => service.close());

const newJob = async () =>
  ((await (await service.call('/v1/jobs', { token: user.token, body: { lesson: LESSON } })).json()) as { job_id: string }).job_id;
const note = (code: string): Happening => ({ type: 'warning', code, message: code });
const append = (jobId: string, ...happenings: Happening[]) =>
  happenings.reduce<Promise<unknown>>((before, happening) => before.then(() => service.store.events.append({ jobId, happening })), Promise.resolve());
const finish = (jobId: string) =>
  service.store.events.append({
    jobId,
    happening: { type: 'job.finished', partial: false, durationSeconds: 3, film: 'films/counting.mp4' },
    progress: { status: 'completed' },
  });
const follow = (jobId: string, headers: Record<string, string> = {}) =>
  service.call(`/v1/jobs/${jobId}/events`, { token: user.token, headers });

interface Frame {
  id?: string;
  event?: string;
  data: Record<string, unknown>;
}
/** All frames of a stream that ends; comments and `retry` apart. */
async function framesOf(answer: Response): Promise<Frame[]> {
  const blocks = (await answer.text()).split('\n\n').filter((block) => /^id:/m.test(block));
  return blocks.map((block) => {
    const fields = Object.fromEntries(block.split('\n').map((line) => /^(\w+): (.*)$/.exec(line)?.slice(1) ?? []));
    return { ...fields, data: JSON.parse(fields['data'] ?? 'null') as Record<string, unknown> };
  });
}

describe('a stream of events', () => {
  it('tells every event under its name, past and future, and ends with the job', async () => {
    const jobId = await newJob();
    await append(jobId, { type: 'job.started', source: 'lesson' }, note('early'));
    const answer = await follow(jobId);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    const frames = framesOf(answer);
    await append(jobId, note('late'));
    await finish(jobId);
    expect((await frames).map(({ id, event }) => [id, event])).toEqual([
      ['1', 'job.started'],
      ['2', 'warning'],
      ['3', 'warning'],
      ['4', 'job.finished'],
    ]);
    expect((await frames).map(({ data }) => data.sequence)).toEqual([1, 2, 3, 4]);
  });

  it('goes on after Last-Event-ID, and answers 204 after the last event', async () => {
    const jobId = await newJob();
    await append(jobId, note('a'), note('b'), note('c'));
    await finish(jobId);
    expect((await framesOf(await follow(jobId, { 'last-event-id': '2' }))).map(({ id }) => id)).toEqual(['3', '4']);
    expect((await follow(jobId, { 'last-event-id': '4' })).status).toBe(204);
    expect((await framesOf(await follow(jobId))).map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
  });

  it.each(['abc', '-1', '7', '1.5', '99999999999999999999'])('refuses a Last-Event-ID that is not ours: %s', async (id) => {
    const jobId = await newJob();
    await append(jobId, note('a'));
    const answer = await follow(jobId, { 'last-event-id': id });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'foreign_event_id' });
  });

  it('is read by a stock client, which comes back where it was and stops at the end', async () => {
    const jobId = await newJob();
    await append(jobId, note('one'));
    const codes: string[] = [];
    let connections = 0;
    const source = new EventSource(`${service.url}/v1/jobs/${jobId}/events`, {
      fetch: async (url, init) => {
        connections += 1;
        const answer = await fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${user.token}` } });
        return answer;
      },
    });
    const ended = new Promise<void>((resolve) => {
      source.addEventListener('warning', (event) => {
        codes.push((JSON.parse(event.data) as { code: string }).code);
        if (codes.length === 1) void append(jobId, note('two')).then(() => finish(jobId));
      });
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) resolve();
      });
    });
    await ended;
    expect(codes).toEqual(['one', 'two']);
    // The stream itself, and the one question after its end, which 204 answered.
    expect(connections).toBe(2);
  });

  it('does not start for HEAD, and leaves a job alone when its tab is closed', async () => {
    const jobId = await newJob();
    expect((await service.call(`/v1/jobs/${jobId}/events`, { method: 'HEAD', token: user.token })).status).toBe(200);
    const tab = new AbortController();
    const answer = await fetch(`${service.url}/v1/jobs/${jobId}/events`, { headers: { authorization: `Bearer ${user.token}` }, signal: tab.signal });
    tab.abort();
    await expect(answer.text()).rejects.toThrow();
    expect(service.cancelled).not.toContain(jobId);
    expect(await service.store.jobs.find(jobId)).toMatchObject({ status: 'processing', cancelRequested: false });
  });

  it('ends for its clients when the film is deleted', async () => {
    const jobId = await newJob();
    const answer = await follow(jobId);
    const rest = answer.text();
    expect((await service.call(`/v1/videos/${jobId}`, { method: 'DELETE', token: user.token })).status).toBe(204);
    await rest.catch(() => undefined);
    expect((await follow(jobId)).status).toBe(404);
  });
});

describe('the first API', () => {
  const generate = (body: object, headers: Record<string, string> = {}) =>
    service.call('/generate_video_api', { token: user.token, body: { lesson: LESSON, ...body }, headers });

  it('makes and streams in one request, in frames without a name whose percentage never goes back', async () => {
    const job_id = crypto.randomUUID();
    const answer = await generate({ job_id });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const frames = framesOf(answer);
    const sections = [1, 2].map((section) => ({ section, title: 'S', beats: section }));
    await append(
      job_id,
      { type: 'job.started', source: 'lesson' },
      { type: 'plan.ready', title: 'T', language: 'en', quality: 'preview', sections },
      { type: 'phase.started', phase: 'render', section: 2 },
      { type: 'section.progress', section: 2, framesDone: 90, framesTotal: 100 },
      { type: 'section.progress', section: 2, framesDone: 10, framesTotal: 100 },
      { type: 'section.finished', section: 2, outcome: 'rendered', durationSeconds: 1, cached: false, geometryFaults: 0 },
      { type: 'phase.started', phase: 'stitch' },
      { type: 'phase.started', phase: 'publish' },
    );
    await finish(job_id);
    const told = await frames;
    expect(told.every(({ event }) => event === undefined)).toBe(true);
    const percentages = told.map(({ data }) => data['progress_percentage'] as number);
    expect(percentages).toEqual(percentages.toSorted((a, b) => a - b));
    expect([...new Set(told.map(({ data }) => data.stage))]).toEqual([1, 2, 3, 4]);
    expect(told.slice(0, -1).every(({ data }) => data.status === 'processing' && Number(data['progress_percentage']) < 100)).toBe(true);
    expect(told.at(-1)?.data).toMatchObject({
      status: 'completed',
      progress_percentage: 100,
      video_url: `http://lectern.test/v1/videos/${job_id}/file`,
      partial: false,
    });
    expect((await generate({ job_id }, { 'last-event-id': told.at(-1)?.id ?? '' })).status).toBe(204);
    expect((await framesOf(await generate({ job_id }))).at(-1)?.data).toMatchObject({ status: 'completed' });
  });

  it('tells why there is no film', async () => {
    const job_id = crypto.randomUUID();
    const frames = framesOf(await generate({ job_id }));
    const fault = { code: 'latex_missing', message: 'There is no LaTeX.', fix: 'Install it.', retryable: false };
    await service.store.events.append({ jobId: job_id, happening: { type: 'job.failed', faults: [fault] }, progress: { status: 'failed' } });
    const end = (await frames).at(-1)?.data;
    expect(end).toMatchObject({ status: 'failed', error_code: 'latex_missing', error_message: 'There is no LaTeX. Install it.', cancelled: false });
  });

  it('answers with a problem where it cannot begin', async () => {
    expect(await (await generate({ lesson: undefined, topic: 'Primes' })).json()).toMatchObject({ status: 422, code: 'no_planner' });
  });
});

describe('a client that reads nothing', () => {
  it('is cut off when too much waits for it, and holds up nobody', async () => {
    const jobId = await newJob();
    const stalled = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${user.token}` };
      request(`${service.url}/v1/jobs/${jobId}/events`, { headers }, resolve).on('error', reject).end();
    });
    const reading = framesOf(await follow(jobId));
    const large = 'x'.repeat(900_000);
    for (let count = 0; count < 12; count += 1) await append(jobId, note(large));
    await finish(jobId);
    expect(await reading).toHaveLength(13);
    const received = await text(stalled);
    expect(received).toContain('id: 1\n');
    expect(received).not.toContain('id: 13\n');
  });
});
