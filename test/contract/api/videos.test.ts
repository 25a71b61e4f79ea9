import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, LESSON, openApiService, type TestUser } from '../../support/api-service.ts';
import { filmBytes, sha256 } from '../../support/jobs.ts';

let service: ApiService;
let user: TestUser;
let other: TestUser;
let folder: string;

const movie = filmBytes(200_000);
const contents: [string, string, Buffer][] = [
  ['counting.mp4', 'video/mp4', movie],
  ['counting.vtt', 'text/vtt', Buffer.from('WEBVTT\n\n00:00.000 --> 00:01.000\nThis is one.\n')],
  ['poster.jpg', 'image/jpeg', randomBytes(500)],
];

beforeAll(async () => {
  service = await openApiService();
  [user, other] = await Promise.all([service.user(), service.user()]);
  folder = await mkdtemp(join(tmpdir(), 'lectern-api-'));
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

/** A job whose film is in Storage, as publishing leaves it. */
async function newFilm({ of = user, title = 'Counting', isPublic = false } = {}): Promise<string> {
  const { store } = service;
  const answer = await service.call('/v1/jobs', { token: of.token, body: { lesson: LESSON } });
  const { job_id: jobId } = (await answer.json()) as { job_id: string };
  const files = [];
  for (const [name, contentType, bytes] of contents) {
    const path = join(folder, name);
    await writeFile(path, bytes);
    files.push(await store.files.put({ userId: of.id, jobId, name, path, contentType, title }, new AbortController().signal));
  }
  const videoUrl = `http://lectern.test/v1/videos/${jobId}/file`;
  await store.films.publish(jobId, { title, videoUrl, filename: 'counting.mp4', durationSeconds: 3, keywords: ['numbers'], files, partial: false });
  await store.events.append({
    jobId,
    happening: { type: 'job.finished', partial: false, durationSeconds: 3, film: videoUrl },
    progress: { status: 'completed', videoUrl },
  });
  if (isPublic) await store.films.update(jobId, of.id, { isPublic });
  return jobId;
}
const get = (path: string, token?: string, headers: Record<string, string> = {}) =>
  service.call(path, { headers, ...(token !== undefined && { token }) });
/** The fields of several answers, of which each has some. */
interface Body {
  job_id: string;
  token: string;
  url: string;
  items: { job_id: string }[];
  next: string | null;
}
const bodyOf = async (answer: Response) => (await answer.json()) as Body;

describe('the bytes of a film', () => {
  let jobId: string;
  const file = (headers: Record<string, string> = {}) => get(`/v1/videos/${jobId}/file`, user.token, headers);
  beforeAll(async () => {
    jobId = await newFilm({ title: 'Zählen “1” *' });
  });

  it('are served whole, to be shown in place', async () => {
    const answer = await file();
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': '200000',
      'accept-ranges': 'bytes',
      'cache-control': 'private',
      'content-disposition': `inline; filename*=UTF-8''Z%C3%A4hlen%20%E2%80%9C1%E2%80%9D%20%2a.mp4`,
      etag: `"${sha256(movie)}"`,
    });
    expect(sha256(new Uint8Array(await answer.arrayBuffer()))).toBe(sha256(movie));
  });

  it.each([
    ['bytes=0-99', 0, 99],
    ['bytes=199990-', 199_990, 199_999],
    ['bytes=-10', 199_990, 199_999],
    ['bytes=199990-300000', 199_990, 199_999],
  ])('are served in part: %s', async (range, first, last) => {
    const answer = await file({ range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${first}-${last}/200000`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(movie.subarray(first, last + 1))).toBe(true);
  });

  it.each(['bytes=200000-', 'bytes=-0', 'bytes=999999-9999999'])('are refused outside of it: %s', async (range) => {
    const answer = await file({ range });
    expect(answer.headers.get('content-range')).toBe('bytes */200000');
    expect(await bodyOf(answer)).toMatchObject({ status: 416, code: 'range_outside' });
  });

  it.each(['bytes=5-2', 'lines=1-2', 'bytes=0-1,5-6', 'bytes=a-b'])('ignore a range that asks for nothing clear: %s', async (range) => {
    const answer = await file({ range });
    await answer.body?.cancel();
    expect(answer.status).toBe(200);
  });

  it('are not sent again to who has them, nor to HEAD', async () => {
    const etag = `"${sha256(movie)}"`;
    expect((await file({ 'if-none-match': `"other", ${etag}` })).status).toBe(304);
    const changed = await file({ range: 'bytes=0-9', 'if-range': '"other"' });
    await changed.body?.cancel();
    expect(changed.status).toBe(200);
    expect((await file({ range: 'bytes=0-9', 'if-range': etag })).status).toBe(206);
    const head = await service.call(`/v1/videos/${jobId}/file`, { method: 'HEAD', token: user.token });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '200000', '']);
  });

  it('stand beside captions and poster', async () => {
    const captions = await get(`/v1/videos/${jobId}/captions.vtt`, user.token);
    expect(captions.headers.get('content-type')).toBe('text/vtt; charset=utf-8');
    expect(await captions.text()).toMatch(/^WEBVTT/);
    expect((await get(`/v1/videos/${jobId}/poster`, user.token)).headers.get('content-type')).toBe('image/jpeg');
  });

  it('are not there before the job has ended', async () => {
    const { job_id: unfinished } = await bodyOf(await service.call('/v1/jobs', { token: user.token, body: { lesson: LESSON } }));
    expect(await bodyOf(await get(`/v1/videos/${unfinished}/file`, user.token))).toMatchObject({ status: 404, code: 'not_made_yet' });
  });
});

describe('a film', () => {
  it('is nobody else’s, until it is public', async () => {
    const jobId = await newFilm();
    const paths = ['', '/file', '/poster', '/captions.vtt'].map((path) => `/v1/videos/${jobId}${path}`);
    for (const path of paths) {
      expect((await get(path, other.token)).status).toBe(404);
      expect((await get(path)).status).toBe(404);
      expect((await get(path, 'forged')).status).toBe(401);
      expect((await get(path, user.token)).status).toBe(200);
    }
    for (const method of ['PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { body: { title: 'Mine' } } : {};
      expect((await service.call(`/v1/videos/${jobId}`, { method, token: other.token, ...body })).status).toBe(404);
    }
    const made = await service.call(`/v1/videos/${jobId}`, { method: 'PATCH', token: user.token, body: { is_public: true, title: 'For all' } });
    expect(await bodyOf(made)).toMatchObject({ is_public: true, title: 'For all', keywords: ['numbers'] });
    for (const path of paths) expect((await get(path)).status).toBe(200);
    expect((await get(`/v1/videos/${jobId}/file`)).headers.get('cache-control')).toBe('public, max-age=86400');

    const seen = await bodyOf(await get(`/v1/videos/${jobId}`, other.token));
    const fields = 'captions_url completed_at created_at duration_seconds job_id keywords language poster_url title topic video_url';
    expect(Object.keys(seen).sort().join(' ')).toBe(fields);
    expect(JSON.stringify(seen)).not.toContain(user.id);
  });

  it('is deleted with its files', async () => {
    const jobId = await newFilm();
    expect((await service.call(`/v1/videos/${jobId}`, { method: 'DELETE', token: user.token })).status).toBe(204);
    expect((await get(`/v1/videos/${jobId}`, user.token)).status).toBe(404);
    expect((await get(`/v1/jobs/${jobId}`, user.token)).status).toBe(404);
    expect((await service.call(`/v1/videos/${jobId}`, { method: 'DELETE', token: user.token })).status).toBe(404);
  });

  it.each([
    [{}, 'Give something to change'],
    [{ title: '' }, 'title'],
    [{ title: 'x'.repeat(301) }, 'title'],
    [{ owner: 'me' }, 'owner'],
    [{ is_public: 'yes' }, 'is_public'],
  ])('refuses the changes %j', async (body, told) => {
    const answer = await service.call(`/v1/videos/${randomUUID()}`, { method: 'PATCH', token: user.token, body });
    expect(await bodyOf(answer)).toMatchObject({ status: 400, code: 'invalid_request', detail: expect.stringContaining(told) });
  });
});

describe('a share token', () => {
  it('shows one film to whoever has it, until it is rotated or revoked', async () => {
    const jobId = await newFilm();
    const elsewhere = await newFilm();
    const share = () => service.call(`/v1/videos/${jobId}/share`, { method: 'POST', token: user.token });
    expect((await service.call(`/v1/videos/${jobId}/share`, { method: 'POST', token: other.token })).status).toBe(404);

    const answer = await share();
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const { token: first, url } = await bodyOf(answer);
    expect(url).toBe(`http://lectern.test/v1/shared/${first}`);
    const film = await bodyOf(await get(`/v1/shared/${first}`));
    expect(film).toMatchObject({ job_id: jobId, video_url: `http://lectern.test/v1/videos/${jobId}/file?share=${first}` });
    expect(film).not.toHaveProperty('is_shared');
    const shared = await get(`/v1/videos/${jobId}/file?share=${first}`, undefined, { range: 'bytes=0-9' });
    expect([shared.status, shared.headers.get('cache-control')]).toEqual([206, 'private']);
    expect((await get(`/v1/videos/${elsewhere}/file?share=${first}`)).status).toBe(404);

    const { token: second } = await bodyOf(await share());
    expect((await get(`/v1/shared/${first}`)).status).toBe(404);
    expect((await get(`/v1/videos/${jobId}/file?share=${first}`)).status).toBe(404);
    expect((await get(`/v1/shared/${second}`)).status).toBe(200);
    expect((await service.call(`/v1/videos/${jobId}/share`, { method: 'DELETE', token: user.token })).status).toBe(204);
    expect((await get(`/v1/shared/${second}`)).status).toBe(404);
    const stored = await service.stack.signToken({ role: 'service_role' });
    const rows = await fetch(`${service.stack.url}/rest/v1/video_metadata?select=*&job_id=eq.${jobId}`, {
      headers: { apikey: service.stack.secretKey, authorization: `Bearer ${stored}` },
    });
    expect(await rows.text()).not.toContain(second);
  });
});

describe('lists', () => {
  it('have pages that neither repeat nor leave out, newest first', async () => {
    const somebody = await service.user();
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) made.unshift(await newFilm({ of: somebody, title: `Film ${count}` }));
    const found: string[] = [];
    let after = '';
    do {
      const page = await bodyOf(await get(`/v1/videos?limit=2${after && `&after=${encodeURIComponent(after)}`}`, somebody.token));
      found.push(...page.items.map((film) => film.job_id));
      after = page.next ?? '';
    } while (after !== '');
    expect(found).toEqual(made);
  });

  it('find words in title, topic and keywords, signs included', async () => {
    const somebody = await service.user();
    const jobId = await newFilm({ of: somebody, title: '100% of_Primes', isPublic: true });
    const search = async (words: string, query = '') => {
      const token = query === '' ? somebody.token : undefined;
      const { items } = await bodyOf(await get(`/v1/videos?search=${encodeURIComponent(words)}${query}`, token));
      return items.map((film) => film.job_id);
    };
    expect(await search('primes COUNTING')).toEqual([jobId]);
    expect(await search('numbers 100%')).toEqual([jobId]);
    expect(await search('of_p')).toEqual([jobId]);
    expect(await search('1000')).toEqual([]);
    expect(await search('ofxp')).toEqual([]);
    expect(await search('of_primes', '&scope=public')).toEqual([jobId]);
  });

  it.each([
    ['limit=0', 400, 'invalid_request'],
    ['limit=101', 400, 'invalid_request'],
    ['after=nonsense', 400, 'invalid_cursor'],
    ['scope=all', 400, 'invalid_request'],
    [`search=${'x'.repeat(201)}`, 400, 'invalid_request'],
    ['search=%00', 400, 'invalid_request'],
  ])('refuse %s', async (query, status, code) => {
    expect(await bodyOf(await get(`/v1/videos?${query}`, user.token))).toMatchObject({ status, code });
  });

  it('of one’s own need a token', async () => {
    expect((await get('/v1/videos')).status).toBe(401);
    expect((await get('/v1/videos?scope=public')).status).toBe(200);
  });
});
