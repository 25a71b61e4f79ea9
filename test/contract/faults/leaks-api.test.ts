import { randomUUID } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Estimate } from '../../../shared/contract/estimate.ts';
import { storeOutlets } from '../../../functions/compose-publish.ts';
import { folderOutbox } from '../../../functions/publish/outbox.ts';
import { problemOf } from '../../support/api-answers.ts';
import { type ApiService, openApiService, type TestUser } from '../../support/api-service.ts';
import { scratchFolder } from '../../support/command-line.ts';
import { FAULT_TOPIC, FaultStudio } from '../../support/fault-studio.ts';
import { hostileFilms, plantedKeys, plantedTexts, plantsIn } from '../../support/plants.ts';
import { openWatched, type Watched, watchedFilm } from '../../support/watched-film.ts';

const folder = scratchFolder();
let watched: Watched;
let service: ApiService;
let ada: TestUser;
let eve: TestUser;
const jobIds: string[] = [];

const some = { expected: 1, most: 2 };
const ESTIMATE: Estimate = {
  inputTokens: some, outputTokens: some, microDollars: some, sections: some, characters: 1, filmSeconds: 1, waitingSeconds: 1, uses: [],
  basis: { films: 0, topics: 0, waiting: 'defaults', note: '' },
};

/** Makes a film of Ada's in the store, as the service does it. */
async function makeInStore(studio: FaultStudio, { fault, changes }: (typeof hostileFilms)[number]): Promise<void> {
  const accepted = await service.call('/v1/jobs', { token: ada.token, body: { topic: FAULT_TOPIC }, headers: { 'idempotency-key': randomUUID() } });
  expect(accepted.status).toBe(202);
  const { job_id: jobId } = (await accepted.json()) as { job_id: string };
  jobIds.push(jobId);
  const { log } = watched;
  // A user's token is known by its form alone.
  const secrets = [plantedKeys.claude, plantedKeys.elevenLabs, plantedKeys.store, plantedKeys.database];
  const publishing = { store: service.store, outbox: folderOutbox(`${folder.path}/outbox`), publicUrl: 'http://lectern.test', log, retryMilliseconds: [], secrets };
  const film = watchedFilm(watched, {
    ...changes,
    jobId,
    keys: plantedKeys,
    outlets(usual) {
      const { writes, ...stored } = storeOutlets(publishing, { jobId, owner: { userId: ada.id }, title: '', language: undefined, listen: () => {} });
      settling.push(() => writes.settled());
      const progress: typeof usual.progress = { ...stored.progress, tell: (event) => usual.progress.tell(event).then(() => stored.progress.tell(event)) };
      const outlets = { ...stored, progress, costs: usual.costs };
      return changes.outlets?.(outlets) ?? outlets;
    },
  });
  await studio.film(fault, film);
}
const settling: (() => Promise<boolean>)[] = [];

beforeAll(async () => {
  watched = await openWatched({ scrubbing: true });
  service = await openApiService({ topics: true, log: watched.log, estimate: async () => ESTIMATE });
  [ada, eve] = [await service.user(), await service.user()];
  const studio = new FaultStudio(folder.path);
  for (const film of hostileFilms) await makeInStore(studio, film);
  expect(await Promise.all(settling.map((settled) => settled()))).toEqual(hostileFilms.map(() => true));
}, 240_000);
afterAll(async () => {
  await service.close();
  await watched.close();
  folder.remove();
});

const PATHS = (jobId: string): string[] => [
  `/v1/jobs/${jobId}`, `/v1/jobs/${jobId}/events`, `/v1/videos/${jobId}`, `/v1/videos/${jobId}/file`, `/v1/videos/${jobId}/transcript`, '/v1/videos',
];
/** All that a user is answered, of an event stream what is there. */
const readAll = async (token: string | undefined): Promise<string> => {
  const texts: string[] = [];
  for (const path of jobIds.flatMap(PATHS)) texts.push(await (await service.call(path, token === undefined ? {} : { token })).text());
  return texts.join('\n');
};

describe('what the API answers of films that failed', () => {
  it('is nothing of them to another user, and to a stranger', async () => {
    expect(plantsIn(await readAll(eve.token))).toEqual([]);
    expect(plantsIn(await readAll(undefined))).toEqual([]);
  });

  it('is to their owner what was asked for, and no key', async () => {
    const answers = await readAll(ada.token);
    expect(answers).toContain(FAULT_TOPIC);
    expect(plantsIn(answers, plantedKeys)).toEqual([]);
  });

  it('is a problem without a word of what failed, where the service itself fails', async () => {
    const quoted = [...Object.values(plantedKeys), ...Object.values(plantedTexts)].join(' ');
    const broken = { ...service.store, films: { ...service.store.films, list: () => Promise.reject(new Error(quoted)) } };
    const failing = await openApiService({ store: broken, log: watched.log }, service);
    const answer = await failing.call(`/v1/videos?q=${encodeURIComponent(plantedKeys.user)}`, { token: ada.token });
    const text = await answer.clone().text();
    await failing.close();
    expect(await problemOf(answer)).toMatchObject({ status: 500, code: 'unexpected' });
    expect(plantsIn(text)).toEqual([]);
  });
});

it('the logs of failures that are kept for the owner hold the scene, and no key', async () => {
  const client = createClient(service.stack.url, service.stack.secretKey, { auth: { persistSession: false } });
  const logs = (await Promise.all(jobIds.map((jobId) => service.store.errorLogs.list(jobId, ada.id)))).flat();
  const others = (await Promise.all(jobIds.map((jobId) => service.store.errorLogs.list(jobId, eve.id)))).flat();
  expect(others).toEqual([]);
  expect(logs.length).toBeGreaterThan(0);
  const kept = await Promise.all(logs.flatMap(({ logUrl, sceneCodeUrl }) => [logUrl, sceneCodeUrl ?? '']).map(async (url) => (await fetch(url)).text()));
  const rows = JSON.stringify((await Promise.all(['error_logs', 'render_failures', 'job_events'].map((table) => client.from(table).select('*')))).map(({ data }) => data));
  expect(plantsIn([...kept, rows].join('\n'), plantedKeys)).toEqual([]);
  expect(kept.join('\n')).toContain('ShowCreationOf');
});

it('nothing of all that reached Sentry or the log', async () => {
  await watched.watch.close();
  expect(plantsIn(watched.sentry.received())).toEqual([]);
  expect(plantsIn(watched.logged())).toEqual([]);
});
