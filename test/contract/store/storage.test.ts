import { createReadStream, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser, dataOf, filmBytes, sha256, type TestUser } from '../../support/jobs.ts';
import { type Backend, dataFolder, openBackend, unique } from '../../support/supabase.ts';

const SIZE_BYTES = 3 * 1024 * 1024;
const film = filmBytes(SIZE_BYTES);
const mp4 = { contentType: 'video/mp4' };
const scratch = dataFolder();
const filmPath = join(scratch.path, 'film.mp4');

let backend: Backend;
let user: TestUser;
let key: string;
const films = () => backend.service.storage.from('films');
const bytesOf = async (blob: Blob) => Buffer.from(await blob.arrayBuffer());

beforeAll(async () => {
  writeFileSync(filmPath, film);
  backend = await openBackend();
  user = await createUser(backend.service);
  key = `${user.id}/job/film.mp4`;
  dataOf(await films().upload(key, film, { ...mp4, cacheControl: '60', metadata: { job: 'j1', title: 'Ünïcode' } }));
});
afterAll(async () => {
  await backend.close();
  rmSync(scratch.path, { recursive: true, force: true });
});

describe('uploads', () => {
  it('keep bytes, type, cache rule and metadata', async () => {
    const back = dataOf(await films().download(key));
    expect([back.type, sha256(await bytesOf(back))]).toEqual(['video/mp4', sha256(film)]);
    const info = dataOf(await films().info(key));
    expect(info).toMatchObject({ contentType: 'video/mp4', size: SIZE_BYTES, metadata: { job: 'j1', title: 'Ünïcode' } });
    expect(info.cacheControl).toContain('60');
    expect(info.etag).toBeTruthy();
  });

  it('are refused a second time, and replace when asked to', async () => {
    const path = `${user.id}/job/again.mp4`;
    dataOf(await films().upload(path, film, mp4));
    expect(String((await films().upload(path, film, mp4)).error?.statusCode)).toBe('409');
    dataOf(await films().upload(path, film.subarray(0, 1000), { ...mp4, upsert: true }));
    expect(dataOf(await films().download(path)).size).toBe(1000);
    dataOf(await films().update(path, film.subarray(0, 500), mp4));
    expect(dataOf(await films().download(path)).size).toBe(500);
  });

  it('come as a stream, and as a Blob', async () => {
    const streamed = `${user.id}/job/stream.mp4`;
    const body = Readable.toWeb(createReadStream(filmPath)) as unknown as ReadableStream;
    dataOf(await films().upload(streamed, body, { ...mp4, duplex: 'half' }));
    const blob = `${user.id}/job/blob.mp4`;
    dataOf(await films().upload(blob, await openAsBlob(filmPath, { type: 'video/mp4' }), { ...mp4, metadata: { a: 'b' } }));
    for (const path of [streamed, blob]) expect(sha256(await bytesOf(dataOf(await films().download(path))))).toBe(sha256(film));
    expect(dataOf(await films().info(blob)).metadata).toEqual({ a: 'b' });
  });

  it('of the same key at once leave one that is whole', async () => {
    const path = `${user.id}/job/race.mp4`;
    const versions = Array.from({ length: 8 }, (_, index) => Buffer.alloc(200_000 + index, index));
    const answers = await Promise.all(versions.map((bytes) => films().upload(path, bytes, { ...mp4, upsert: true })));
    answers.forEach(dataOf);
    const back = await bytesOf(dataOf(await films().download(path)));
    expect(versions.some((bytes) => bytes.equals(back))).toBe(true);
  });

  it.each([
    ['a type that the bucket does not take', 'bad.html', 'text/html', '415'],
    ['a key that is not ASCII', 'ü.json', 'application/json', '400'],
    ['a key with a backslash', 'a%5Cb.json', 'application/json', '400'],
    ['a key that climbs', '..%2f..%2fevil.json', 'application/json', '400'],
  ])('are refused for %s', async (_name, name, contentType, status) => {
    expect(String((await films().upload(`${user.id}/${name}`, '{}', { contentType })).error?.statusCode)).toBe(status);
  });

  it('are refused above the bucket\'s size, as bytes, as a form, and without a length', async () => {
    const bucket = unique('small');
    dataOf(await backend.service.storage.createBucket(bucket, { public: false, fileSizeLimit: '200KB' }));
    const small = backend.service.storage.from(bucket);
    const endless = Readable.toWeb(Readable.from([film])) as unknown as ReadableStream;
    const answers = [
      await small.upload('bytes', film, mp4),
      await small.upload('form', new Blob([film]), mp4),
      await small.upload('stream', endless, { ...mp4, duplex: 'half' }),
    ];
    expect(answers.map((answer) => String(answer.error?.statusCode))).toEqual(['413', '413', '413']);
    expect(dataOf(await small.list())).toEqual([]);
    dataOf(await backend.service.storage.deleteBucket(bucket));
  });

  it('by a signed URL take what was signed, once', async () => {
    const path = `${user.id}/job/signed.mp4`;
    const { token } = dataOf(await films().createSignedUploadUrl(path));
    const anonymous = backend.anonymous.storage.from('films');
    dataOf(await anonymous.uploadToSignedUrl(path, token, film.subarray(0, 1000), mp4));
    expect((await anonymous.uploadToSignedUrl(path, token, film, mp4)).error).not.toBeNull();
    expect((await anonymous.uploadToSignedUrl(`${path}.other`, token, film, mp4)).error).not.toBeNull();
  });
});

describe('downloads by a signed URL', () => {
  let url: string;
  beforeAll(async () => {
    url = dataOf(await films().createSignedUrl(key, 60)).signedUrl;
  });
  const get = async (headers: Record<string, string> = {}, method = 'GET') => {
    const response = await fetch(url, { headers, method });
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  };

  it('give the whole film with what players need', async () => {
    const { status, headers, body } = await get();
    expect([status, sha256(body)]).toEqual([200, sha256(film)]);
    expect(headers.get('content-type')).toBe('video/mp4');
    expect(headers.get('content-length')).toBe(String(SIZE_BYTES));
    expect(headers.get('accept-ranges')).toBe('bytes');
  });

  it.each([
    ['bytes=100-199', 100, 200],
    ['bytes=-100', SIZE_BYTES - 100, SIZE_BYTES],
    [`bytes=${SIZE_BYTES - 10}-`, SIZE_BYTES - 10, SIZE_BYTES],
    [`bytes=0-${SIZE_BYTES + 50}`, 0, SIZE_BYTES],
  ])('give the part %s', async (range, start, end) => {
    const { status, headers, body } = await get({ range });
    expect(status).toBe(206);
    expect(headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${SIZE_BYTES}`);
    expect(body.equals(film.subarray(start, end))).toBe(true);
  });

  it('answer 416 outside the film, 304 for what is known, and a HEAD', async () => {
    const outside = await get({ range: 'bytes=99999999-' });
    expect([outside.status, outside.headers.get('content-range')]).toEqual([416, `bytes */${SIZE_BYTES}`]);
    const etag = (await get()).headers.get('etag') ?? '';
    expect((await get({ 'if-none-match': etag })).status).toBe(304);
    expect((await get({ 'if-range': '"other"', range: 'bytes=0-9' })).status).toBe(200);
    const head = await get({}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), head.body.length]).toEqual([200, String(SIZE_BYTES), 0]);
  });

  it('are refused when tampered with, expired, or for another file', async () => {
    const status = async (address: string) => (await fetch(address)).status;
    expect(await status(`${url.slice(0, -4)}AAAA`)).toBe(400);
    expect(await status(url.replace('film.mp4', 'stream.mp4'))).toBe(400);
    const soon = dataOf(await films().createSignedUrl(key, 1)).signedUrl;
    await delay(2100); // expiry is counted in whole seconds of the server's clock
    expect(await status(soon)).toBe(400);
  });

  it('offer a name to save under', async () => {
    const named = dataOf(await films().createSignedUrl(key, 60, { download: 'my film.mp4' })).signedUrl;
    expect((await fetch(named, { method: 'HEAD' })).headers.get('content-disposition')).toContain('attachment');
  });

  it('are signed many at once, and say which are not there', async () => {
    const [found, missing] = dataOf(await films().createSignedUrls([key, 'nope.mp4'], 60));
    expect([Boolean(found?.signedUrl), Boolean(missing?.error)]).toEqual([true, true]);
    expect((await films().createSignedUrl('nope.mp4', 60)).error).not.toBeNull();
  });
});

describe('a public bucket', () => {
  it('is read by anyone, with Range, from any page', async () => {
    const bucket = unique('open');
    dataOf(await backend.service.storage.createBucket(bucket, { public: true, allowedMimeTypes: ['video/mp4'] }));
    const objects = backend.service.storage.from(bucket);
    dataOf(await objects.upload('a b/c.mp4', film.subarray(0, 2000), mp4));
    const address = objects.getPublicUrl('a b/c.mp4').data.publicUrl;
    const part = await fetch(address, { headers: { range: 'bytes=0-9' } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10]);
    expect(part.headers.get('access-control-allow-origin')).toBe('*');
    expect([400, 404]).toContain((await fetch(films().getPublicUrl(key).data.publicUrl)).status);
    expect((await backend.service.storage.deleteBucket(bucket)).error).not.toBeNull();
    dataOf(await backend.service.storage.emptyBucket(bucket));
    dataOf(await backend.service.storage.deleteBucket(bucket));
  });
});

describe('lists, copies, moves and removals', () => {
  const folder = () => `${user.id}/tree`;
  beforeAll(async () => {
    for (const name of ['a.mp4', 'b.mp4', 'deep/c.mp4']) dataOf(await films().upload(`${folder()}/${name}`, film.subarray(0, 100), mp4));
  });

  it('list folders without id, then files with their metadata', async () => {
    const entries = dataOf(await films().list(folder(), { sortBy: { column: 'name', order: 'asc' } }));
    expect(entries.map((entry) => [entry.name, entry.id === null])).toEqual([['deep', true], ['a.mp4', false], ['b.mp4', false]]);
    expect(entries[1]?.metadata).toMatchObject({ size: 100, mimetype: 'video/mp4' });
    expect(dataOf(await films().list(folder(), { limit: 1, offset: 1 })).map((entry) => entry.name)).toEqual(['a.mp4']);
    expect(dataOf(await films().list(folder(), { search: 'B.' })).map((entry) => entry.name)).toEqual(['b.mp4']);
  });

  it('list all below a prefix, page by page', async () => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = dataOf(await films().listV2({ prefix: `${folder()}/`, limit: 2, ...(cursor === undefined ? {} : { cursor }) }));
      names.push(...page.objects.map((object) => object.name));
      cursor = page.hasNext ? page.nextCursor : undefined;
    } while (cursor !== undefined);
    expect(names).toHaveLength(3);
  });

  it('copy, move and remove, and say what went', async () => {
    dataOf(await films().copy(`${folder()}/a.mp4`, `${folder()}/copy.mp4`));
    dataOf(await films().move(`${folder()}/copy.mp4`, `${folder()}/moved.mp4`));
    expect((await films().exists(`${folder()}/copy.mp4`)).data).toBe(false);
    expect((await films().exists(`${folder()}/moved.mp4`)).data).toBe(true);
    expect(dataOf(await films().remove([`${folder()}/moved.mp4`, 'nope']))).toHaveLength(1);
  });
});

describe('keys never become paths', () => {
  it.each(['..%2f..%2f..%2fkeys.json', '%2e%2e/%2e%2e/keys.json', 'a%00b', '%E0%A4%A'])('%s', async (path) => {
    const headers = { apikey: backend.secretKey, authorization: `Bearer ${backend.secretKey}` };
    const response = await fetch(`${backend.url}/storage/v1/object/films/${path}`, { headers });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain('sb_secret');
  });
});
