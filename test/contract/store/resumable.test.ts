import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Upload, type UploadOptions } from 'tus-js-client';
import { createUser, dataOf, filmBytes, sha256, type TestUser } from '../../support/jobs.ts';
import { type Backend, openBackend } from '../../support/supabase.ts';

const CHUNK_BYTES = 6 * 1024 * 1024;
const film = filmBytes(CHUNK_BYTES + 1_000_000);

let backend: Backend;
let user: TestUser;
let endpoint: string;

beforeAll(async () => {
  backend = await openBackend();
  user = await createUser(backend.service);
  endpoint = `${backend.url}/storage/v1/upload/resumable`;
});
afterAll(() => backend.close());

const serviceHeaders = () => ({ apikey: backend.secretKey, authorization: `Bearer ${backend.secretKey}` });
const metadataFor = (name: string, more: Record<string, string> = {}) => ({
  bucketName: 'films',
  objectName: `${user.id}/${name}`,
  contentType: 'video/mp4',
  cacheControl: '3600',
  ...more,
});

const upload = (bytes: Buffer, options: Partial<UploadOptions>): Promise<Upload> =>
  new Promise((resolve, reject) => {
    const going = new Upload(bytes, {
      endpoint,
      headers: serviceHeaders(),
      chunkSize: CHUNK_BYTES,
      retryDelays: [],
      ...options,
      onError: reject,
      onSuccess: () => resolve(going),
    });
    going.start();
  });

const encode = (metadata: Record<string, string>) =>
  Object.entries(metadata)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');
const create = (headers: Record<string, string>, metadata: Record<string, string>, sizeBytes = film.length) =>
  fetch(endpoint, {
    method: 'POST',
    headers: { ...headers, 'tus-resumable': '1.0.0', 'upload-length': String(sizeBytes), 'upload-metadata': encode(metadata) },
  });
const send = (location: string, part: { headers: Record<string, string>; offset: number; bytes: Buffer }) =>
  fetch(location, {
    method: 'PATCH',
    headers: {
      ...part.headers,
      'tus-resumable': '1.0.0',
      'upload-offset': String(part.offset),
      'content-type': 'application/offset+octet-stream',
    },
    body: new Uint8Array(part.bytes),
  });

describe('resumable uploads', () => {
  it('bring a film of several chunks, with its metadata', async () => {
    await upload(film, { metadata: metadataFor('whole.mp4', { metadata: JSON.stringify({ title: 'T', job: 'j' }) }) });
    const back = dataOf(await backend.service.storage.from('films').download(`${user.id}/whole.mp4`));
    expect(sha256(Buffer.from(await back.arrayBuffer()))).toBe(sha256(film));
    const info = dataOf(await backend.service.storage.from('films').info(`${user.id}/whole.mp4`));
    expect(info).toMatchObject({ size: film.length, contentType: 'video/mp4', metadata: { title: 'T', job: 'j' } });
  });

  it('go on where they broke off', async () => {
    const created = await create(serviceHeaders(), metadataFor('broken.mp4'));
    const location = created.headers.get('location') ?? '';
    expect((await send(location, { headers: serviceHeaders(), offset: 0, bytes: film.subarray(0, 1000) })).status).toBe(204);
    await upload(film, { uploadUrl: location });
    const back = dataOf(await backend.service.storage.from('films').download(`${user.id}/broken.mp4`));
    expect(sha256(Buffer.from(await back.arrayBuffer()))).toBe(sha256(film));
  });

  it('are refused at creation for size, type, key and bucket', async () => {
    const status = async (metadata: Record<string, string>, sizeBytes?: number) =>
      (await create(serviceHeaders(), metadata, sizeBytes)).status;
    expect(await status(metadataFor('big.mp4'), 6 * 1024 ** 3)).toBe(413);
    expect(await status(metadataFor('page.html', { contentType: 'text/html' }))).toBe(415);
    expect(await status(metadataFor('../up.mp4'))).toBeGreaterThanOrEqual(400);
    expect(await status(metadataFor('x.mp4', { bucketName: 'nope' }))).toBeGreaterThanOrEqual(400);
  });

  it('are refused at creation to those who may not write, before any byte', async () => {
    const token = await backend.signToken({ subject: user.subject });
    const asUser = { apikey: backend.publishableKey, authorization: `Bearer ${token}` };
    expect((await create(asUser, metadataFor('mine.mp4'))).status).toBe(403);
    expect((await create({ apikey: backend.publishableKey }, metadataFor('mine.mp4'))).status).toBe(403);
  });

  it('belong to the one who began them: nobody else sees, goes on with, or ends them', async () => {
    const created = await create(serviceHeaders(), metadataFor('owned.mp4'));
    const location = created.headers.get('location') ?? '';
    const token = await backend.signToken({ subject: user.subject });
    const strangers = [{ apikey: backend.publishableKey }, { apikey: backend.publishableKey, authorization: `Bearer ${token}` }];
    for (const headers of strangers) {
      const tus = { ...headers, 'tus-resumable': '1.0.0' };
      const looked = await fetch(location, { method: 'HEAD', headers: tus });
      expect([looked.status >= 400, looked.headers.get('upload-metadata')]).toEqual([true, null]);
      expect((await send(location, { headers, offset: 0, bytes: film })).status).toBeGreaterThanOrEqual(400);
      expect((await fetch(location, { method: 'DELETE', headers: tus })).status).toBeGreaterThanOrEqual(400);
    }
    const own = await fetch(location, { method: 'HEAD', headers: { ...serviceHeaders(), 'tus-resumable': '1.0.0' } });
    expect([own.status, own.headers.get('upload-offset')]).toEqual([200, '0']);
    const shown = own.headers.get('upload-metadata') ?? '';
    expect(shown.split(',').map((pair) => pair.split(' ')[0]).sort()).toEqual(['bucketName', 'cacheControl', 'contentType', 'objectName']);
    const mangled = location.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect((await send(mangled, { headers: serviceHeaders(), offset: 0, bytes: film })).status).toBeGreaterThanOrEqual(400);
  });
});
