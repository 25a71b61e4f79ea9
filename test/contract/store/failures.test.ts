import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noRecords } from '../../../functions/records/none.ts';
import type { MendedRecord } from '../../../functions/records/port.ts';
import { storeRecords } from '../../../functions/records/store.ts';
import type { Store } from '../../../functions/store/port.ts';
import { supabaseStore } from '../../../functions/store/supabase/store.ts';
import type { RenderFailureEntry } from '../../../shared/contract/failure.ts';
import { type Backend, openBackend, unique } from '../../support/supabase.ts';

let backend: Backend;
let store: Store;
let userId: string;

beforeAll(async () => {
  backend = await openBackend();
  store = supabaseStore({ client: backend.service, url: backend.url, secretKey: backend.secretKey });
  userId = await store.users.ensure(unique('user'));
});
afterAll(() => backend.close());

const newJob = async (): Promise<string> => {
  const answer = await store.jobs.create({ userId, requestHash: 'h', topic: 'Limits', request: { topic: 'Limits' } }, {});
  if (!('jobId' in answer)) throw new Error(answer.outcome);
  return answer.jobId;
};
const rowsOf = async (jobId: string) => (await backend.service.from('render_failures').select().eq('job_id', jobId)).data ?? [];
/** Names of this run alone: another run on the same database has its own. */
const run = unique('run');
const failure: Omit<RenderFailureEntry, 'id'> = {
  section: 1,
  phase: 'render',
  kind: 'code',
  errorClass: `NameError ${run}`,
  rule: `showcreation ${run}`,
  found: 'check',
  message: 'name ShowCreation is not defined',
  mendedBy: 'fix',
  recovered: true,
  model: `model ${run}`,
  promptVersion: 'a1',
};

describe('failures', () => {
  it('are kept once, however often they are sent, and go with their film', async () => {
    const jobId = await newJob();
    const id = randomUUID();
    await Promise.all(Array.from({ length: 4 }, () => store.failures.record(jobId, { ...failure, id })));
    expect(await rowsOf(jobId)).toMatchObject([{ id, user_id: userId, section_number: 1, error_class: failure.errorClass, found: 'check', mended_by: 'fix', recovered: true }]);
    expect(await store.films.remove(jobId, userId)).toBe(true);
    expect(await rowsOf(jobId)).toEqual([]);
  });

  it('are added up by class, by who wrote the scene, and by what knew them', async () => {
    const jobId = await newJob();
    const before = await store.failures.summary(1);
    const typeError = { ...failure, errorClass: `TypeError ${run}`, rule: undefined, found: 'render' as const };
    const entries = [
      ...[failure, failure, { ...failure, recovered: false, mendedBy: 'model' as const }],
      { ...typeError, mendedBy: 'model' as const },
      { ...typeError, mendedBy: 'none' as const, recovered: false, model: undefined, promptVersion: undefined },
    ];
    for (const entry of entries) await store.failures.record(jobId, { ...entry, id: randomUUID() });
    const { failures, recovered, classes, writers, rules } = await store.failures.summary(1);
    expect([failures - before.failures, recovered - before.recovered]).toEqual([5, 3]);
    const own = classes.filter(({ errorClass }) => errorClass.endsWith(run));
    expect(own).toEqual([
      { errorClass: failure.errorClass, failures: 3, mendedByFix: 2, mendedByModel: 0, unmended: 1 },
      { errorClass: typeError.errorClass, failures: 2, mendedByFix: 0, mendedByModel: 1, unmended: 1 },
    ]);
    expect(writers).toContainEqual({ model: failure.model, promptVersion: 'a1', failures: 4, mendedByFix: 2, mendedByModel: 1, unmended: 1 });
    expect(rules).toContainEqual({ rule: failure.rule, failures: 3, recovered: 2 });
  });

  it('of long ago are not counted', async () => {
    const jobId = await newJob();
    await store.failures.record(jobId, { ...failure, id: randomUUID() });
    expect((await store.failures.summary(0)).failures).toBe(0);
  });

  it('come from a job through its records, shortened, with one id whatever becomes of the answer', async () => {
    const jobId = await newJob();
    const writes: (() => Promise<unknown>)[] = [];
    const records = storeRecords({ jobId, run: randomUUID(), userId: async () => userId, store, write: (work) => writes.push(work) });
    const mended: MendedRecord = { ...failure, kind: 'picture', phase: 'repair', errorClass: 'overlap', message: 'x'.repeat(900) };
    records.mended(mended);
    noRecords.mended(mended);
    for (const write of [...writes, ...writes]) await write();
    expect(await rowsOf(jobId)).toMatchObject([{ kind: 'picture', phase: 'repair', error_class: 'overlap', message: 'x'.repeat(300) }]);
  });
});

describe('what films have taken', () => {
  const call = { provider: 'anthropic', model: `model ${run}`, mostMicroDollars: 100 };
  const finish = async (jobId: string) => {
    const film = { videoUrl: 'https://example.org/film', filename: 'film.mp4', durationSeconds: 60, files: [], partial: false, plan: { quality: 'preview' } };
    await store.films.publish(jobId, film);
    await store.events.append({ jobId, happening: { type: 'job.finished', partial: false, durationSeconds: 60, film: 'x' }, progress: { status: 'completed' } });
  };

  it('is added up by phase and model over films that were finished, without what was found in a cache', async () => {
    const before = await store.costs.history();
    const jobId = await newJob();
    await store.sections.plan(jobId, { title: 'T', language: 'en', keywords: [], sections: [{ title: 'One' }, { title: 'Two' }] });
    const units = { input_tokens: 100, cache_read_tokens: 900, output_tokens: 40 };
    await store.costs.settle(jobId, { ...call, phase: 'plan', key: 'outline' }, { units, microDollars: 30, cached: false });
    await store.costs.settle(jobId, { ...call, phase: 'plan', key: 'sections' }, { units, microDollars: 20, cached: false });
    for (const section of [1, 2]) {
      await store.costs.settle(jobId, { ...call, phase: 'code', section, key: `scene-${section}` }, { units, microDollars: 50, cached: false });
      await store.sections.take(jobId, { section, outcome: 'rendered', faults: 0, sceneCode: 'pass', durationSeconds: 30 });
      const spoken = { phase: 'narrate', section, provider: 'espeak-ng', model: 'espeak', key: `narrate-${section}`, mostMicroDollars: 0 };
      await store.costs.settle(jobId, spoken, { units: { characters: 360 }, microDollars: 0, cached: false });
    }
    await store.costs.settle(jobId, { ...call, phase: 'repair', section: 2, key: 'mend' }, { units: { output_tokens: 9 }, microDollars: 5, cached: false });
    await store.costs.settle(jobId, { ...call, phase: 'code', section: 1, key: 'found' }, { units, microDollars: 0, cached: true });
    expect((await store.costs.history()).calls).toEqual(before.calls);
    await finish(jobId);

    const history = await store.costs.history();
    expect(history.calls.filter(({ model }) => model === call.model)).toEqual([
      { phase: 'code', model: call.model, calls: 2, jobs: 1, sections: 2, microDollars: 100, units: { input_tokens: 200, cache_read_tokens: 1800, output_tokens: 80 } },
      { phase: 'plan', model: call.model, calls: 2, jobs: 1, sections: 1, microDollars: 50, units: { input_tokens: 200, cache_read_tokens: 1800, output_tokens: 80 } },
      { phase: 'repair', model: call.model, calls: 1, jobs: 1, sections: 1, microDollars: 5, units: { output_tokens: 9 } },
    ]);
    expect(history.topicSections - before.topicSections).toBe(2);
    expect(history.mendedSections - before.mendedSections).toBe(1);
    expect(history.narratedCharacters - before.narratedCharacters).toBe(720);
    expect(history.narratedSeconds - before.narratedSeconds).toBe(60);
  });

  it('tells how long was waited for films in which nothing was found instead of made', async () => {
    const waited = async () => (await store.costs.history()).waiting.find(({ kind, quality }) => kind === 'topic' && quality === 'preview');
    const before = await waited();
    await finish(await newJob());
    const after = await waited();
    expect((after?.jobs ?? 0) - (before?.jobs ?? 0)).toBe(1);
    expect((after?.filmSeconds ?? 0) - (before?.filmSeconds ?? 0)).toBe(60);
    expect(after?.waitingSeconds).toBeGreaterThan(before?.waitingSeconds ?? 0);
  });
});
