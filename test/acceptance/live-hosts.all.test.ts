import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, openFleet } from '../support/durable/fleet.ts';
import { readEvents } from '../support/service.ts';

const LESSON = '---\ntitle: Far away\n---\n\n## One\n\nThis is **one**. It is small.\n\n## Two\n\nThis is **two**.\n\n## Three\n\nThis is **three**.\n';

let fleet: Fleet;
beforeAll(async () => void (fleet = await openFleet({})));
afterAll(() => fleet?.close());

test.each([
  ['another process of the host', () => ({})],
  ['another host', () => ({ LECTERN_DATA: join(fleet.dataFolder, '../elsewhere') })],
])('what %s makes is watched here meanwhile', async (_, environment) => {
  const worker = await fleet.startWorker(environment());
  try {
    const { job_id: jobId } = (await (await fleet.call('/v1/jobs', { body: { lesson: LESSON, quality: 'preview' } })).json()) as { job_id: string };
    const path = `/v1/videos/${jobId}`;
    expect((await fleet.call(`${path}/live.m3u8`)).status).toBe(404);
    const seen: Promise<[number, string, number]>[] = [];
    const watch = async (): Promise<[number, string, number]> => {
      const main = await fleet.call(`${path}/live.m3u8`);
      const video = await (await fleet.call(`${path}/live/video.m3u8`)).text();
      const segment = video.split('\n').filter((line) => line.endsWith('.m4s')).at(-1);
      return [main.status, video, (await fleet.call(`${path}/live/${segment}`)).status];
    };
    const events = await readEvents(`${fleet.serviceUrl}/v1/jobs/${jobId}/events`, undefined, ({ type }) => {
      if (type === 'section.ready') seen.push(watch());
    });
    expect(events.at(-1)?.type).toBe('job.finished');
    expect(events.filter(({ type }) => type === 'section.ready').map(({ data: { section } }) => section)).toEqual([1, 2, 3]);
    const playlists = await Promise.all(seen);
    expect(playlists.map(([main, , segment]) => [main, segment])).toEqual(Array(3).fill([200, 200]));
    expect(playlists.at(-1)?.[1]).toContain('#EXT-X-ENDLIST');
    expect(playlists.filter(([, video]) => video.includes('#EXT-X-ENDLIST')).length).toBeLessThan(3);
    expect((await fleet.call(path, { method: 'DELETE' })).status).toBe(204);
  } finally {
    await worker.stop();
  }
});
