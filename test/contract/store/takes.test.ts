import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewRun } from '../../../shared/contract/take.ts';
import { supabaseStore } from '../../../functions/store/supabase/store.ts';
import type { Store, StoredFile } from '../../../functions/store/port.ts';
import { createUser, dataOf, type TestUser } from '../../support/jobs.ts';
import { type Backend, openBackend } from '../../support/supabase.ts';

let backend: Backend;
let store: Store;
let user: TestUser;
let folder: string;

beforeAll(async () => {
  backend = await openBackend();
  store = supabaseStore({ client: backend.service, url: backend.url, secretKey: backend.secretKey });
  user = await createUser(backend.service);
  folder = await mkdtemp(join(tmpdir(), 'lectern-takes-'));
});
afterAll(async () => {
  await backend.close();
  await rm(folder, { recursive: true });
});

const never = new AbortController().signal;
const hash = (digit: string): string => digit.repeat(64);

/** A job with the takes that a section has had, in the order of their making. */
async function newJob(takes: { outcome: 'rendered' | 'card' | 'failed'; faults?: number; clipHash?: string }[] = [{ outcome: 'rendered' }]): Promise<string> {
  const creation = await store.jobs.create({ userId: user.id, requestHash: randomUUID(), topic: 'Takes', request: { topic: 'Takes', flavor: 'warm' } }, {});
  if (!('jobId' in creation)) throw new Error(creation.outcome);
  await store.sections.plan(creation.jobId, { title: 'Takes', language: 'en', keywords: [], sections: [{ title: 'One' }] });
  for (const { outcome, faults = 0, clipHash = hash('a') } of takes) {
    const clip = outcome === 'failed' ? {} : { clipHash };
    await store.sections.take(creation.jobId, { section: 1, outcome, faults, sceneCode: 'pass', ...clip, narrationHash: hash('b'), spokenBy: 'nobody', durationSeconds: 3, report: {} });
  }
  return creation.jobId;
}
const end = (jobId: string) =>
  store.events.append({ jobId, happening: { type: 'job.finished', partial: false, durationSeconds: 3, film: 'x' }, progress: { status: 'completed' } });
const newFilm = async (takes?: Parameters<typeof newJob>[0]): Promise<string> => {
  const jobId = await newJob(takes);
  await end(jobId);
  return jobId;
};
const run = (of: string, more: Partial<NewRun> = {}) => store.jobs.createRun({ userId: user.id, of, requestHash: `${of} ${more.section ?? ''}`, ...more }, {});
const idOf = (creation: Awaited<ReturnType<typeof run>>): string => ('jobId' in creation ? creation.jobId : creation.outcome);

describe('takes', () => {
  it('are listed with what is known of them, and the best is the section’s until one is chosen', async () => {
    const jobId = await newFilm([{ outcome: 'failed' }, { outcome: 'rendered', faults: 1 }, { outcome: 'rendered' }, { outcome: 'card' }]);
    const [section] = await store.sections.list(jobId);
    expect(section).toMatchObject({ section: 1, title: 'One', take: 3, isChosen: false, durationSeconds: 3 });
    expect(section?.takes.map(({ take, outcome, faults, durationSeconds }) => [take, outcome, faults, durationSeconds])).toEqual([
      [1, 'failed', 0, 3], [2, 'rendered', 1, 3], [3, 'rendered', 0, 3], [4, 'card', 0, 3],
    ]);
    await store.sections.choose(jobId, 1, 2);
    expect(await store.sections.list(jobId)).toMatchObject([{ take: 2, isChosen: true }]);
    // A choice stands, whatever is made after it.
    await store.sections.take(jobId, { section: 1, outcome: 'rendered', faults: 0, sceneCode: 'pass', clipHash: hash('c') });
    expect(await store.sections.list(jobId)).toMatchObject([{ take: 2 }]);
    await store.sections.choose(jobId, 1, null);
    expect(await store.sections.list(jobId)).toMatchObject([{ take: 5, isChosen: false }]);
  });

  it('that films have are told with all that a film is joined from', async () => {
    const jobId = await newFilm();
    expect(await store.sections.parts(jobId)).toMatchObject({
      plan: { title: 'Takes' },
      takes: [{ section: 1, outcome: 'rendered', sceneCode: 'pass', clipHash: hash('a'), narrationHash: hash('b'), spokenBy: 'nobody' }],
    });
    expect(await store.sections.parts(await newJob())).toBeUndefined();
  });
});

describe('work on a film', () => {
  it('is one job, however often it is asked for at once, and knows what the film was made from', async () => {
    const film = await newFilm();
    const creations = await Promise.all(Array.from({ length: 20 }, () => run(film)));
    expect(new Set(creations.map(idOf)).size).toBe(1);
    expect(creations.filter(({ outcome }) => outcome === 'created')).toEqual([{ outcome: 'created', jobId: idOf(creations[0]!), kind: 'topic', flavor: 'warm' }]);
    const state = await store.jobs.find(idOf(creations[0]!));
    expect(state).toMatchObject({ filmId: film, status: 'processing', userId: user.id });
    expect(await store.jobs.find(film)).toMatchObject({ filmId: film, status: 'completed' });
  });

  it('goes on side by side for several sections, and never beside joining the film', async () => {
    const film = await newFilm();
    const first = await run(film, { section: 1 });
    expect(first.outcome).toBe('created');
    expect((await run(film, { section: 2 })).outcome).toBe('created');
    expect((await run(film, { section: 1, sceneCode: 'pass', requestHash: 'other' })).outcome).toBe('in_work');
    expect((await run(film)).outcome).toBe('in_work');
    const other = await newFilm();
    expect((await run(other)).outcome).toBe('created');
    expect((await run(other, { section: 1 })).outcome).toBe('in_work');
    await end(idOf(first));
    expect((await run(film, { section: 1 })).outcome).toBe('created');
  });

  it('is none where the film is being made, is somebody else’s, or is gone', async () => {
    expect((await run(await newJob())).outcome).toBe('in_work');
    const film = await newFilm();
    const stranger = await createUser(backend.service);
    expect((await run(film, { userId: stranger.id })).outcome).toBe('unknown_film');
    const work = idOf(await run(film));
    expect((await run(work)).outcome).toBe('unknown_film');
    expect((await run(randomUUID())).outcome).toBe('unknown_film');
  });

  it('counts against what a user may run and spend, and adds to what the film has cost', async () => {
    const film = await newFilm();
    const limited = await store.jobs.createRun({ userId: user.id, of: film, requestHash: 'x' }, { runningJobs: 0 });
    expect(limited).toMatchObject({ outcome: 'running_limit', limit: 0 });
    const poor = await store.jobs.createRun({ userId: user.id, of: film, requestHash: 'x', estimateMicroDollars: 10 }, { dayMicroDollars: 5 });
    expect(poor).toMatchObject({ outcome: 'spending_limit', limit: 5 });
    const call = { phase: 'code', provider: 'p', model: 'm', mostMicroDollars: 7 };
    await store.costs.settle(film, { ...call, key: 'first' }, { units: {}, microDollars: 3, cached: false });
    const work = idOf(await run(film, { capMicroDollars: 10 }));
    const reserved = await store.costs.reserve(work, { ...call, key: 'again' });
    await store.costs.settle(work, { ...call, key: 'again' }, { units: {}, microDollars: 7, cached: false, ...('reservationId' in reserved && { reservationId: reserved.reservationId }) });
    expect((await store.costs.reserve(work, { ...call, key: 'more' })).outcome).toBe('cap');
    expect((await store.films.find(film, user.id))?.costBreakdown).toMatchObject({ total_micro_dollars: 10, calls: 2 });
  });

  it('is found again by its key', async () => {
    const film = await newFilm();
    const asked = { idempotencyKey: randomUUID() };
    const first = await run(film, asked);
    await end(idOf(first));
    expect(await run(film, asked)).toMatchObject({ outcome: 'existing', jobId: idOf(first) });
    expect((await run(film, { ...asked, requestHash: 'other' })).outcome).toBe('key_reused');
  });

  it('is no film: nobody lists, shows, changes, shares or deletes it as one', async () => {
    const film = await newFilm();
    const work = idOf(await run(film));
    expect((await store.films.list({ userId: user.id, limit: 100 })).items.map(({ jobId }) => jobId)).not.toContain(work);
    expect(await store.films.find(work, user.id)).toBeUndefined();
    expect(await store.films.update(work, user.id, { isPublic: true })).toBe(false);
    expect(await store.shares.rotate(work, user.id)).toBeUndefined();
    expect(await store.films.remove(work, user.id)).toBe(false);
    const own = await backend.asUser(user.subject);
    expect(dataOf(await own.from('video_metadata').select('job_id').in('job_id', [film, work]))).toEqual([{ job_id: film }]);
    expect(dataOf(await own.from('job_progress').select('job_id').eq('job_id', work))).toHaveLength(1);
  });

  it('goes with the film', async () => {
    const film = await newFilm();
    const work = idOf(await run(film));
    expect(await store.films.remove(film, user.id)).toBe(true);
    expect(await store.jobs.find(work)).toBeUndefined();
  });
});

describe('a film that takes the place of another', () => {
  const upload = async (jobId: string, name: string): Promise<StoredFile> => {
    const path = join(folder, name);
    await writeFile(path, `${jobId} ${name}`);
    return store.files.put({ userId: user.id, jobId, name, path, contentType: 'text/plain', title: 'Takes' }, never);
  };
  const publish = (jobId: string, files: StoredFile[], partial = false) =>
    store.films.publish(jobId, { videoUrl: 'https://example.org/film', filename: 'film.txt', durationSeconds: 3, files, partial });
  const stored = async (jobId: string): Promise<string[]> =>
    dataOf(await backend.service.storage.from('films').list(`${user.id}/${jobId}`)).map(({ name }) => name).sort();

  it('has its own files, and those of the other are removed once it stands', async () => {
    const film = await newFilm();
    await store.films.update(film, user.id, { title: 'Mine' });
    await publish(film, [await upload(film, 'film.txt'), await upload(film, 'plan.txt')], true);
    const files = [await upload(film, 'film-1.txt')];
    expect(await stored(film)).toEqual(['film-1.txt', 'film.txt', 'plan.txt']);
    expect((await store.films.find(film, user.id))?.files.map(({ name }) => name)).toEqual(['film.txt', 'plan.txt']);
    await publish(film, files);
    expect(await stored(film)).toEqual(['film-1.txt']);
    expect(await store.films.find(film, user.id)).toMatchObject({ title: 'Mine', partial: false, files });
    await publish(film, files);
    expect(await stored(film)).toEqual(['film-1.txt']);
  });

  it('leaves what could not be removed to the next, or to a sweep', async () => {
    const film = await newFilm();
    await upload(film, 'old.txt');
    dataOf(await backend.service.from('video_metadata').update({ stale_files: ['old.txt'] }).eq('job_id', film).select());
    const soon = new Date(Date.now() + 60_000);
    expect((await store.housekeeping.sweepFilms({ before: new Date(0), dryRun: false })).count).toBe(0);
    expect((await store.housekeeping.sweepFilms({ before: soon, dryRun: true })).count).toBeGreaterThanOrEqual(1);
    expect(await stored(film)).toEqual(['old.txt']);
    await store.housekeeping.sweepFilms({ before: soon, dryRun: false });
    expect(await stored(film)).toEqual([]);
  });
});

describe('housekeeping', () => {
  it('knows what the takes of films need, page by page, and since when jobs run', async () => {
    const own = [hash('1'), hash('2'), hash('3')];
    const film = await newFilm([{ outcome: 'rendered', faults: 1, clipHash: own[0]! }, { outcome: 'rendered', clipHash: own[1]! }, { outcome: 'card', clipHash: own[2]! }]);
    const { clips, narrations } = await store.housekeeping.inUse();
    expect(own.map((each) => clips.includes(each))).toEqual([false, true, false]);
    expect(narrations).toContain(hash('b'));
    await store.sections.choose(film, 1, 3);
    const chosen = await store.housekeeping.inUse();
    expect(own.map((each) => chosen.clips.includes(each))).toEqual([false, false, true]);
    await store.films.remove(film, user.id);
    expect((await store.housekeeping.inUse()).clips).not.toContain(own[2]);

    const many = await newFilm(Array.from({ length: 1 }, () => ({ outcome: 'rendered' as const })));
    const rows = Array.from({ length: 1100 }, (_, index) => ({ job_id: many, section_number: index + 2, title: 'x', best_take: 1 }));
    dataOf(await backend.service.from('sections').insert(rows).select('job_id'));
    const takes = rows.map(({ section_number }) => ({ job_id: many, section_number, take_number: 1, outcome: 'rendered', scene_code: '', clip_hash: `many-${section_number}` }));
    dataOf(await backend.service.from('takes').insert(takes).select('job_id'));
    expect((await store.housekeeping.inUse()).clips.filter((each) => each.startsWith('many-'))).toHaveLength(1100);

    const running = await newJob();
    const { createdAt } = (await store.jobs.find(running))!;
    const { runningSince } = await store.housekeeping.inUse();
    expect(runningSince!.getTime()).toBeLessThanOrEqual(createdAt.getTime());
  });

  it('removes events of jobs that ended before, but for how they ended', async () => {
    const tell = (jobId: string) => store.events.append({ jobId, happening: { type: 'job.started', source: 'x' } });
    const [ended, running] = [await newJob(), await newJob()];
    for (const each of [ended, running]) for (let turn = 0; turn < 3; turn += 1) await tell(each);
    await end(ended);
    const soon = new Date(Date.now() + 60_000);
    expect((await store.housekeeping.sweepEvents({ before: new Date(0), dryRun: false })).count).toBe(0);
    const dry = await store.housekeeping.sweepEvents({ before: soon, dryRun: true });
    expect(dry.bytes).toBeGreaterThan(0);
    expect(await store.events.after(ended, 0)).toHaveLength(4);
    expect(await store.housekeeping.sweepEvents({ before: soon, dryRun: false })).toEqual(dry);
    expect(await store.events.after(ended, 0)).toMatchObject([{ sequence: 4, type: 'job.finished' }]);
    expect(await store.events.after(running, 0)).toHaveLength(3);
    expect(await store.jobs.find(ended)).toMatchObject({ status: 'completed', lastSequence: 4 });
  });

  it('removes logs of failures that are old, with the objects that no row speaks of', async () => {
    const jobId = await newJob();
    const log = { userId: user.id, jobId, section: 1, phase: 'render', attempt: 1, code: 'x', message: 'x', stdout: 'out', stderr: 'err', command: [] };
    await store.errorLogs.record(log);
    await backend.service.storage.from('error-logs').upload(`${user.id}/orphan.json`, '{}', { contentType: 'application/json' });
    const soon = new Date(Date.now() + 60_000);
    expect((await store.housekeeping.sweepErrorLogs({ before: new Date(0), dryRun: false })).count).toBe(0);
    const dry = await store.housekeeping.sweepErrorLogs({ before: soon, dryRun: true });
    expect(dry.count).toBeGreaterThanOrEqual(2);
    expect(await store.errorLogs.list(jobId, user.id)).toHaveLength(1);
    expect(await store.housekeeping.sweepErrorLogs({ before: soon, dryRun: false })).toEqual(dry);
    expect(await store.errorLogs.list(jobId, user.id)).toEqual([]);
    expect((await backend.service.storage.from('error-logs').exists(`${user.id}/orphan.json`)).data).toBe(false);
  });
});
