import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Happening } from '../../../shared/contract/event.ts';
import { recordBytes, recordName } from '../../../functions/media/live/record.ts';
import { problemOf } from '../../support/api-answers.ts';
import { type ApiService, LESSON, openApiService, type TestUser } from '../../support/api-service.ts';

const HASH = '0123456789abcdef0123';
let service: ApiService;
let user: TestUser;
let other: TestUser;
let jobId: string;

beforeAll(async () => {
  service = await openApiService();
  [user, other] = await Promise.all([service.user(), service.user()]);
});
afterAll(() => service.close());
beforeEach(async () => {
  const answer = await service.call('/v1/jobs', { token: user.token, body: { lesson: LESSON } });
  jobId = ((await answer.json()) as { job_id: string }).job_id;
});

const get = (path: string, token?: string) => service.call(`/v1/videos/${jobId}/${path}`, { ...(token !== undefined && { token }) });

/** Puts a section there as one is put that can be watched. */
async function addSection(section: number): Promise<void> {
  const film = service.live.film(jobId);
  const segment = (kind: string, ending: string) => [{ file: `${kind}-${HASH.slice(1)}${section}.${ending}`, seconds: 4 }];
  const record = {
    film: { width: 854, height: 480, framesPerSecond: 15, videoCodec: 'avc1.64001E', language: 'en', sections: 2 },
    section, clipKey: 'c', audioKey: 'a', frames: 60, audioPackets: 180 * section,
    videoInit: `video-init-${HASH}.mp4`, audioInit: `audio-init-${HASH}.mp4`,
    video: segment('video', 'm4s'), audio: segment('audio', 'm4s'), captions: segment('captions', 'vtt'),
  };
  for (const { file } of [...record.video, ...record.audio, ...record.captions]) await film.put(file, Buffer.from(`bytes of ${file}`));
  await film.create(recordName(section), recordBytes(record));
}
const end = (happening: Happening, status: 'completed' | 'failed') =>
  service.store.events.append({ jobId, happening, progress: { status } });

describe('a film that is watched while it is made', () => {
  it('cannot be watched before a section is finished', async () => {
    for (const path of ['live.m3u8', 'live/video.m3u8', `live/video-${HASH}.m4s`]) {
      expect(await problemOf(await get(path, user.token)), path).toMatchObject({ status: 404, code: 'not_made_yet', body: { retryable: true } });
    }
  });

  it('is told of by playlists that nobody keeps, and segments that may be kept', async () => {
    await addSection(1);
    const main = await get('live.m3u8', user.token);
    expect([main.status, main.headers.get('content-type'), main.headers.get('cache-control')]).toEqual([200, 'application/vnd.apple.mpegurl', 'private, no-cache']);
    expect((await main.text()).match(/live\/\w+\.m3u8/g)).toEqual(['live/audio.m3u8', 'live/captions.m3u8', 'live/video.m3u8']);
    expect(await (await get('live/audio.m3u8', user.token)).text()).toMatch(/EVENT\n#EXT-X-MAP:URI="audio-init-\w+\.mp4"\n#EXTINF:4.000000,\naudio-\w+\.m4s\n$/);
    const types = { video: ['m4s', 'video/mp4'], audio: ['m4s', 'video/mp4'], captions: ['vtt', 'text/vtt; charset=utf-8'] };
    for (const [kind, [ending, type]] of Object.entries(types)) {
      const name = `${kind}-${HASH.slice(1)}1.${ending}`;
      const segment = await get(`live/${name}`, user.token);
      expect([await segment.text(), segment.headers.get('content-type'), segment.headers.get('cache-control')]).toEqual([`bytes of ${name}`, type, 'private, max-age=3600']);
    }
  });

  it('grows until its last section is there', async () => {
    await addSection(1);
    const before = await (await get('live/video.m3u8', user.token)).text();
    await addSection(2);
    const after = await (await get('live/video.m3u8', user.token)).text();
    expect(after.startsWith(before)).toBe(true);
    expect([before, after].map((text) => text.includes('#EXT-X-ENDLIST'))).toEqual([false, true]);
  });

  it.each<[string, Happening]>([
    ['failed', { type: 'job.failed', faults: [{ code: 'x', message: 'It broke.', fix: 'Try again.', retryable: true }] }],
    ['was cancelled', { type: 'job.cancelled' }],
  ])('ends where its job %s', async (_, happening) => {
    await addSection(1);
    await end(happening, 'failed');
    expect(await (await get('live/video.m3u8', user.token)).text()).toMatch(/#EXT-X-ENDLIST\n$/);
  });

  it('is there for whom the film is there', async () => {
    await addSection(1);
    const paths = ['live.m3u8', 'live/video.m3u8', `live/video-${HASH.slice(1)}1.m4s`];
    for (const path of paths) {
      for (const token of [undefined, other.token]) expect(await problemOf(await get(path, token)), path).toMatchObject({ status: 404, code: 'unknown_video' });
    }
    // Others see films that are finished, and what could be watched meanwhile as long as it is there.
    await end({ type: 'job.finished', partial: false, durationSeconds: 4, film: 'x' }, 'completed');
    const { token: share } = (await (await service.call(`/v1/videos/${jobId}/share`, { method: 'POST', token: user.token })).json()) as { token: string };
    for (const path of paths) expect((await get(`${path}?share=${share}`)).status, path).toBe(200);
    expect(await (await get(`live.m3u8?share=${share}`)).text()).toContain(`live/video.m3u8?share=${share}\n`);
    expect(await (await get(`live/video.m3u8?share=${share}`)).text()).toContain(`.m4s?share=${share}\n`);
    await service.call(`/v1/videos/${jobId}`, { method: 'PATCH', token: user.token, body: { is_public: true } });
    expect((await get('live/video.m3u8', other.token)).status).toBe(200);
  });

  it('gives nothing away besides', async () => {
    await addSection(1);
    for (const name of ['section-1.json', '..%2F..%2Fsecret', 'video-1.m4s', `video-${HASH}.json`, '.hidden']) {
      expect((await get(`live/${name}`, user.token)).status, name).toBe(400);
    }
  });

  it('is over once its segments are swept, and gone with the film', async () => {
    await addSection(1);
    await end({ type: 'job.finished', partial: false, durationSeconds: 4, film: 'x' }, 'completed');
    await service.live.remove(jobId);
    expect(await problemOf(await get('live.m3u8', user.token))).toMatchObject({ code: 'live_over', body: { retryable: false } });
    await addSection(1);
    expect((await service.call(`/v1/videos/${jobId}`, { method: 'DELETE', token: user.token })).status).toBe(204);
    expect((await service.live.kept()).map((film) => film.jobId)).not.toContain(jobId);
  });
});
