import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWatch } from '../../../functions/compose-watch.ts';
import { readConfig, readWatchConfig } from '../../../functions/config.ts';
import { watchEvents } from '../../../functions/jobs/watched.ts';
import type { JobWatch, Watch } from '../../../functions/telemetry/port.ts';
import { unwatched } from '../../../functions/telemetry/unwatched.ts';
import { watchedLog } from '../../../functions/telemetry/watched-log.ts';
import { LecternError } from '../../../shared/errors.ts';
import { failuresIn, type SentEvent, type SentryServer, startSentryServer } from '../../support/sentry-server.ts';

let sentry: SentryServer;
let watch: Watch;
const config = readConfig();
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, with: () => silent };

beforeEach(async () => {
  sentry = await startSentryServer();
  watch = await openWatch(config, readWatchConfig({ SENTRY_DSN: sentry.dsn, SENTRY_ENVIRONMENT: 'test' }));
});
afterEach(async () => {
  await watch.close();
  await sentry.close();
});

const sent = async (): Promise<SentEvent[]> => {
  await watch.close();
  return failuresIn(sentry).map(({ event }) => event);
};

const sceneFailure = (section: number, errorClass: string, sceneCode: string): Parameters<JobWatch['failure']>[0] => ({
  of: 'scene', errorClass, message: 'as it is', stage: 'render', section, sceneCode,
});

describe('jobs side by side', () => {
  it('stay apart: tags, steps and scenes', async () => {
    const makeOne = async (name: string, user: string): Promise<void> => {
      const job = watch.job({ job: name, user });
      await job.run(async () => {
        for (const section of [1, 2, 3]) {
          job.step({ name: 'phase.started', facts: { phase: 'render', section, of: name } });
          await turn();
          job.failure(sceneFailure(section, 'TypeError', `x = ${name.length * 1000 + section}`));
          await turn();
        }
        watch.unexpected(new Error(name), {});
      });
    };
    await Promise.all([makeOne('one', 'ada'), makeOne('three', 'eve')]);
    const failures = (await sent()).map((event, index) => ({ event, scene: failuresIn(sentry)[index]?.scene }));
    expect(failures).toHaveLength(8);
    for (const { event, scene } of failures) {
      const { job, user, section } = event.tags as { job: string; user: string; section?: number };
      expect(user).toBe(job === 'one' ? 'ada' : 'eve');
      expect(event.user).toEqual({ id: user });
      expect(event.breadcrumbs?.map(({ data }) => data['of'])).toEqual(Array(section ?? 3).fill(job));
      expect(scene).toBe(section === undefined ? undefined : `x = ${job.length * 1000 + section}`);
    }
    expect(failures.filter(({ event }) => event.tags['section'] === undefined)).toHaveLength(2);
  });

  it('are told of from outside their run, as by a timer, too', async () => {
    const [one, other] = ['one', 'other'].map((job) => watch.job({ job, user: 'ada' })) as [JobWatch, JobWatch];
    await other.run(async () => one.failure(sceneFailure(1, 'NameError', 'x')));
    watch.unexpected(new Error('between jobs'), {});
    expect((await sent()).map(({ tags }) => tags['job'])).toEqual(['one', undefined]);
  });
});

describe('what arrives of a failure', () => {
  it('is kept together by the class of its error, with stage, section and scene', async () => {
    const job = watch.job({ job: 'a-job', user: 'ada' });
    job.failure(sceneFailure(2, 'TypeError', 'class Section(LessonScene):\n    pass\n'));
    job.failure(sceneFailure(2, 'llm_cut', ''));
    job.failure({ of: 'job', errorClass: 'llm_cut', message: 'The answer broke off.' });
    const [event, forged, own] = await sent();
    expect([forged, own].map((each) => each?.exception.values[0]?.value)).toEqual(['[kept back]', 'The answer broke off.']);
    expect(event).toMatchObject({ level: 'warning', fingerprint: ['scene', 'TypeError'], tags: { job: 'a-job', user: 'ada', stage: 'render', section: 2 } });
    expect(event?.exception.values).toEqual([{ type: 'TypeError', value: '[kept back]' }]);
    expect(failuresIn(sentry)[0]?.scene).toBe('class Section(LessonScene):\n    pass\n');
  });

  it('is a step for each phase, and no word of the lesson', async () => {
    const job = watch.job({ job: 'a-job', user: 'ada' });
    const tell = watchEvents(job);
    const told = { sequence: 1, at: '2026-01-01T00:00:00Z', jobId: crypto.randomUUID() };
    tell({ ...told, type: 'job.started', source: 'a topic of mine' });
    tell({ ...told, type: 'phase.started', phase: 'narrate', section: 1 });
    tell({ ...told, type: 'phase.finished', phase: 'narrate', section: 1, seconds: 1.5, cached: false });
    tell({ ...told, type: 'warning', code: 'llm_cut', message: 'a sentence of mine', section: 1 });
    tell({ ...told, type: 'job.failed', faults: [{ code: 'media_failed', message: 'a sentence of mine', fix: '', retryable: true }] });
    const [event] = await sent();
    expect(event?.breadcrumbs?.map(({ category, data }) => [category, data])).toEqual([
      ['phase.started', { phase: 'narrate', section: 1 }],
      ['phase.finished', { phase: 'narrate', section: 1, seconds: 1.5, cached: false }],
      ['warning', { section: 1, code: 'llm_cut' }],
    ]);
    expect(event).toMatchObject({ level: 'error', fingerprint: ['job', 'media_failed'] });
    expect(sentry.received()).not.toContain('of mine');
  });

  it('is, of an error that nobody has foreseen, its kind, code and place', async () => {
    const cause = new LecternError('store_refused', { message: 'The store refused a request (409).', fix: '' });
    watchedLog(silent, watch).with({ job: 'a-job' }).error({ error: new Error('words of a lesson', { cause }), route: 'a route of mine' }, 'A job could not be run.');
    const [event] = await sent();
    expect(event?.exception.values.map(({ type, value }) => [type, value])).toEqual([
      ['LecternError', 'The store refused a request (409).'],
      ['Error', '[kept back]'],
    ]);
    expect(event?.exception.values[1]?.stacktrace?.frames.at(-1)?.filename).toMatch(/sentry\.test\.ts$/);
    expect(event?.tags).toMatchObject({ job: 'a-job', route: '[kept back]' });
    expect(sentry.received()).not.toMatch(/words of|of mine|"server_name"/);
  });
});

it('is nothing, and loads nothing, without a DSN or Spotlight', async () => {
  expect(await openWatch(config, readWatchConfig({}))).toBe(unwatched);
  expect(await openWatch(config, readWatchConfig({ SENTRY_SPOTLIGHT: 'false' }))).toBe(unwatched);
});

it('goes to a Spotlight alone where there is no DSN', async () => {
  await watch.close();
  watch = await openWatch(config, readWatchConfig({ SENTRY_SPOTLIGHT: `${sentry.url}/stream` }));
  watch.unexpected(new TypeError('fetch failed'), {});
  await watch.close();
  await expect.poll(() => sentry.envelopes.length).toBe(1);
});
