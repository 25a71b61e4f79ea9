import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewJob, Store } from '../../../functions/store/port.ts';
import { supabaseStore } from '../../../functions/store/supabase/store.ts';
import { filmBytes, sha256 } from '../../support/jobs.ts';
import { type Backend, dataFolder, openBackend, unique } from '../../support/supabase.ts';

let backend: Backend;
let store: Store;
let userId: string;
const scratch = dataFolder();
const signal = new AbortController().signal;

beforeAll(async () => {
  backend = await openBackend();
  store = supabaseStore({ client: backend.service, url: backend.url, secretKey: backend.secretKey });
  userId = await store.users.ensure(unique('user'));
});
afterAll(async () => {
  await backend.close();
  rmSync(scratch.path, { recursive: true, force: true });
});

const newJob = async (job: Partial<NewJob> = {}): Promise<string> => {
  const answer = await store.jobs.create({ userId, requestHash: 'h', topic: 'Limits', request: { lesson: '# Limits' }, ...job }, {});
  if (!('jobId' in answer)) throw new Error(answer.outcome);
  return answer.jobId;
};
const publication = { videoUrl: 'https://example.org/film', filename: 'film.mp4', durationSeconds: 12.5, files: [], partial: false };
const finished = { type: 'job.finished', partial: false, durationSeconds: 12.5, film: 'https://example.org/film' } as const;
const finish = (jobId: string) => store.events.append({ jobId, happening: finished, progress: { status: 'completed' } });

describe('users and jobs', () => {
  it('a user is the same at every visit', async () => {
    const subject = unique('user');
    const ids = await Promise.all(Array.from({ length: 10 }, () => store.users.ensure(subject, 'user_2abc')));
    expect(new Set(ids).size).toBe(1);
  });

  it('a job is found with its owner and its progress, and can be cancelled by its owner alone', async () => {
    const jobId = await newJob();
    await store.events.append({
      jobId,
      happening: { type: 'phase.started', phase: 'plan' },
      progress: { stage: 1, percentage: 5, message: 'Planning' },
    });
    expect(await store.jobs.find(jobId)).toMatchObject({ jobId, userId, status: 'processing', stage: 1, percentage: 5, message: 'Planning', cancelRequested: false, lastSequence: 1 });
    expect(await store.jobs.requestCancel(jobId, randomUUID())).toBe(false);
    expect(await store.jobs.requestCancel(jobId, userId)).toBe(true);
    expect((await store.jobs.find(jobId))?.cancelRequested).toBe(true);
    await finish(jobId);
    expect(await store.jobs.requestCancel(jobId, userId)).toBe(false);
    expect(await store.jobs.find(randomUUID())).toBeUndefined();
  });

  it('caps are told with what was reached and when they end', async () => {
    const spender = await store.users.ensure(unique('user'));
    const job = { userId: spender, requestHash: 'h', topic: 'x', request: {}, estimateMicroDollars: 10 };
    expect(await store.jobs.create(job, { runningJobs: 0 })).toEqual({ outcome: 'running_limit', reached: 0, limit: 0 });
    const spending = await store.jobs.create(job, { dayMicroDollars: 5 });
    expect(spending).toMatchObject({ outcome: 'spending_limit', reached: 0, limit: 5 });
    expect('resetsAt' in spending && spending.resetsAt.getTime() > Date.now()).toBe(true);
    const rate = { userId: spender, name: 'jobs', limit: 1, windowSeconds: 60 };
    expect([(await store.rates.take(rate)).allowed, (await store.rates.take(rate)).allowed]).toEqual([true, false]);
  });
});

describe('events', () => {
  it('come back typed, from any place on', async () => {
    const jobId = await newJob();
    const warning = { type: 'warning', code: 'late', message: 'Ünïcode' } as const;
    for (let count = 0; count < 3; count++) await store.events.append({ jobId, happening: warning });
    await finish(jobId);
    const later = await store.events.after(jobId, 2);
    expect(later.map((event) => [event.sequence, event.type])).toEqual([[3, 'warning'], [4, 'job.finished']]);
    expect(later[0]).toMatchObject({ ...warning, jobId });
    expect(await store.events.append({ jobId, happening: warning })).toEqual({ outcome: 'ended', sequence: 4 });
    expect(await store.events.append({ jobId: randomUUID(), happening: warning })).toEqual({ outcome: 'unknown_job' });
  });
});

describe('files', () => {
  it.each([['small', 300_000], ['resumable', 7_000_000]])('%s ones are sent, read back and described', async (word, sizeBytes) => {
    const jobId = await newJob();
    const bytes = filmBytes(sizeBytes);
    const path = join(scratch.path, `${word}.mp4`);
    writeFileSync(path, bytes);
    const upload = { userId, jobId, name: 'film.mp4', path, contentType: 'video/mp4', title: 'Limits' };
    const stored = await store.files.put(upload, signal);
    expect(stored).toEqual({ name: 'film.mp4', sizeBytes, sha256: sha256(bytes) });
    expect(await store.files.put(upload, signal)).toEqual(stored);
    const url = await store.files.signedUrl({ userId, jobId, name: 'film.mp4' }, 60);
    expect(sha256(Buffer.from(await (await fetch(url)).arrayBuffer()))).toBe(stored.sha256);
    const info = await backend.service.storage.from('films').info(`${userId}/${jobId}/film.mp4`);
    expect(info.data?.metadata).toEqual({ title: 'Limits', job: jobId, owner: userId, sha256: stored.sha256 });
  });
});

describe('films', () => {
  const published = async (): Promise<string> => {
    const jobId = await newJob({ requestHash: randomUUID() });
    const path = join(scratch.path, 'film.mp4');
    writeFileSync(path, filmBytes(1000));
    const file = await store.files.put({ userId, jobId, name: 'film.mp4', path, contentType: 'video/mp4', title: 'Limits' }, signal);
    expect(await store.films.publish(jobId, { ...publication, title: 'Limits', keywords: ['calculus'], files: [file] })).toBe(true);
    await finish(jobId);
    return jobId;
  };

  it('are found by their owner, and by everybody once public', async () => {
    const jobId = await published();
    expect(await store.films.find(jobId, userId)).toMatchObject({ title: 'Limits', status: 'completed', durationSeconds: 12.5, isPublic: false });
    expect(await store.films.find(jobId, randomUUID())).toBeUndefined();
    expect(await store.films.findPublic(jobId)).toBeUndefined();
    expect(await store.films.update(jobId, randomUUID(), { isPublic: true })).toBe(false);
    expect(await store.films.update(jobId, userId, { isPublic: true, title: 'Limits, again' })).toBe(true);
    expect((await store.films.findPublic(jobId))?.title).toBe('Limits, again');
    const info = await backend.service.storage.from('films').info(`${userId}/${jobId}/film.mp4`);
    expect(info.data?.metadata).toMatchObject({ title: 'Limits, again', job: jobId });
    const everybody = await store.films.list({ search: 'again limits' });
    expect(everybody.items.map((film) => film.jobId)).toContain(jobId);
  });

  it('are listed page by page, and a cursor that is not ours is refused', async () => {
    const lister = await store.users.ensure(unique('user'));
    for (let count = 0; count < 5; count++) await newJob({ userId: lister, requestHash: String(count), topic: `Topic ${count}` });
    const topics: string[] = [];
    let after: string | undefined;
    do {
      const page = await store.films.list({ userId: lister, limit: 2, after });
      topics.push(...page.items.map((film) => film.topic));
      after = page.next;
    } while (after !== undefined);
    expect(topics).toEqual([4, 3, 2, 1, 0].map((count) => `Topic ${count}`));
    await expect(store.films.list({ userId: lister, after: 'bm90LW91cnM' })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  it('are shared by a token that is rotated and revoked, and is kept as a hash only', async () => {
    const jobId = await published();
    const first = (await store.shares.rotate(jobId, userId)) ?? '';
    expect((await store.shares.find(first))?.jobId).toBe(jobId);
    const second = (await store.shares.rotate(jobId, userId)) ?? '';
    expect(await store.shares.find(first)).toBeUndefined();
    expect((await store.shares.find(second))?.isShared).toBe(true);
    const row = await backend.service.from('video_metadata').select('share_token').eq('job_id', jobId).single();
    expect(row.data?.share_token).toBe(sha256(Buffer.from(second)));
    expect(await store.shares.rotate(jobId, randomUUID())).toBeUndefined();
    expect(await store.shares.revoke(jobId, userId)).toBe(true);
    expect(await store.shares.find(second)).toBeUndefined();
  });

  it('go with their files, and only by their owner', async () => {
    const jobId = await published();
    expect(await store.films.remove(jobId, randomUUID())).toBe(false);
    expect(await store.films.remove(jobId, userId)).toBe(true);
    expect(await store.films.find(jobId, userId)).toBeUndefined();
    expect((await backend.service.storage.from('films').list(`${userId}/${jobId}`)).data).toEqual([]);
    expect(await store.films.remove(jobId, userId)).toBe(false);
    expect(await store.films.publish(jobId, publication)).toBe(false);
  });
});

describe('the ledger', () => {
  it('keeps plans, takes and costs', async () => {
    const jobId = await newJob();
    await store.sections.plan(jobId, { title: 'T', language: 'en', keywords: [], sections: [{ title: 'One' }] });
    expect(await store.sections.take(jobId, { section: 1, outcome: 'rendered', faults: 0, sceneCode: 'pass' })).toBe(1);
    const call = { phase: 'code', section: 1, provider: 'p', model: 'm', key: 'k', mostMicroDollars: 9 };
    const bill = { units: { tokens: 3 }, microDollars: 7, cached: false };
    await store.costs.settle(jobId, call, bill);
    await store.costs.settle(jobId, call, bill);
    expect((await store.films.find(jobId, userId))?.costBreakdown).toMatchObject({ total_micro_dollars: 7, calls: 1 });
  });

  it('keeps what failed, behind signed addresses, for the owner', async () => {
    const jobId = await newJob();
    const log = { userId, jobId, section: 2, phase: 'render', attempt: 1, code: 'name_error', message: 'No such name.' };
    await store.errorLogs.record({ ...log, stdout: 'out', stderr: 'Traceback', command: ['python', '-m', 'x'], sceneCode: 'pass' });
    const [entry] = await store.errorLogs.list(jobId, userId);
    expect(entry).toMatchObject({ section: 2, phase: 'render', attempt: 1, code: 'name_error' });
    expect(await (await fetch(entry?.logUrl ?? '')).json()).toMatchObject({ stderr: 'Traceback', command: ['python', '-m', 'x'], attempt: 1 });
    expect(await (await fetch(entry?.sceneCodeUrl ?? '')).text()).toBe('pass');
    expect(await store.errorLogs.list(jobId, randomUUID())).toEqual([]);
  });
});

describe('a store that is not there', () => {
  it('says so, to be tried again, and names neither host nor key', async () => {
    const url = 'http://127.0.0.1:9';
    const client = createClient(url, 'sb_secret_x', { auth: { persistSession: false } });
    const absent = supabaseStore({ client, url, secretKey: 'sb_secret_x' });
    expect(await absent.isReady()).toBe(false);
    const failure = await absent.users.ensure('x').catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: 'store_unavailable', retryable: true });
    expect(`${(failure as Error).message}`).not.toMatch(/127|sb_secret/);
    const path = join(scratch.path, 'lost.mp4');
    writeFileSync(path, filmBytes(1000));
    const upload = { userId, jobId: randomUUID(), name: 'film.mp4', path, contentType: 'video/mp4', title: 'x' };
    await expect(absent.files.put(upload, signal)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await store.isReady()).toBe(true);
  });

  it('with a key that is not believed refuses, which trying again does not mend', async () => {
    const client = createClient(backend.url, 'sb_secret_wrong', { auth: { persistSession: false } });
    const wrong = supabaseStore({ client, url: backend.url, secretKey: 'sb_secret_wrong' });
    await expect(wrong.users.ensure('x')).rejects.toMatchObject({ code: 'store_refused', retryable: false });
  });
});
