import { createHmac, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser, dataOf, type TestUser } from '../../support/jobs.ts';
import { type Backend, clientsOf, dataFolder, startTestStack } from '../../support/supabase.ts';
import type { Stack } from '../../../functions/store/embedded/stack.ts';

const folder = dataFolder();
const json = { contentType: 'application/json' };
let stack: Stack;
let backend: Backend;
let user: TestUser;
let key: string;

beforeAll(async () => {
  stack = await startTestStack(folder.path);
  backend = clientsOf({ ...stack, close: () => stack.stop() });
  user = await createUser(backend.service);
  key = `${user.id}/job/plan.json`;
  dataOf(await backend.service.storage.from('films').upload(key, '{"a":1}', json));
});
afterAll(async () => {
  await stack.stop();
  folder.remove();
});

const storage = (path: string) => `${stack.url}/storage/v1${path}`;
const asService = () => ({ apikey: stack.secretKey, authorization: `Bearer ${stack.secretKey}` });
const statusWith = async (token: string) => {
  const headers = { apikey: stack.publishableKey, authorization: `Bearer ${token}` };
  const rest = await fetch(`${stack.url}/rest/v1/users?select=id`, { headers });
  const files = await fetch(storage(`/object/authenticated/films/${key}`), { headers });
  return [rest.status, files.status];
};

describe('tokens', () => {
  it.each(['postgres', 'supabase_admin', 'authenticator', 'pg_read_all_data', 'service_role; reset role'])(
    'of the role %s are refused, though well signed',
    async (role) => {
      const token = await stack.signToken({ subject: user.subject, claims: { role } });
      for (const status of await statusWith(token)) expect([400, 401, 403]).toContain(status);
    },
  );

  it('signed with the public key as if it were a secret are refused', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const expiry = Math.floor(Date.now() / 1000) + 600;
    for (const publicText of [JSON.stringify(stack.publicKeys[0]), stack.publicKeys[0]?.n ?? '']) {
      const body = `${part({ alg: 'HS256', typ: 'JWT', kid: stack.publicKeys[0]?.kid })}.${part({ role: 'service_role', exp: expiry })}`;
      const token = `${body}.${createHmac('sha256', publicText).update(body).digest('base64url')}`;
      expect(await statusWith(token)).toEqual([401, 400]);
    }
  });

  it('are checked by the same key set in Storage as in rows', async () => {
    const set = (await (await fetch(`${stack.url}/auth/v1/.well-known/jwks.json`)).json()) as { keys: object[] };
    expect(set.keys).toEqual(stack.publicKeys);
    expect(await statusWith(await stack.signToken({ subject: user.subject }))).toEqual([200, 200]);
    expect(await statusWith(await stack.signToken({ subject: user.subject, expiresInSeconds: -120 }))).toEqual([401, 400]);
  });
});

describe('addresses that carry a token', () => {
  const download = (token: string) => fetch(storage(`/object/sign/films/${key}?token=${token}`));
  const kept = () => JSON.parse(readFileSync(join(folder.path, 'keys.json'), 'utf8')) as { urlSigning: string };

  it('for an upload do not download, and the other way round', async () => {
    const path = `${user.id}/job/fresh.json`;
    const { token: upload } = dataOf(await backend.service.storage.from('films').createSignedUploadUrl(path));
    expect((await fetch(storage(`/object/sign/films/${path}?token=${upload}`))).status).toBe(400);
    const signed = new URL(dataOf(await backend.service.storage.from('films').createSignedUrl(key, 60)).signedUrl);
    const token = signed.searchParams.get('token') ?? '';
    expect((await download(token)).status).toBe(200);
    const put = await fetch(storage(`/object/upload/sign/films/${key}?token=${token}`), { method: 'PUT', body: '{}', headers: { 'content-type': 'application/json' } });
    expect(put.status).toBe(400);
  });

  it('are not signed with the key of tokens, nor tokens with theirs', async () => {
    const forged = await stack.signToken({ claims: { kind: 'download', url: `films/${key}` } });
    expect((await download(forged)).status).toBe(400);
    const token = await new SignJWT({ role: 'service_role' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('5m')
      .sign(Buffer.from(kept().urlSigning, 'base64url'));
    expect(await statusWith(token)).toEqual([401, 400]);
  });
});

describe('buckets', () => {
  it.each(['.', '..', 'a/b', '', 'a\\b', 'a\u0000b', 'x'.repeat(101)])('named %j are refused', async (name) => {
    const create = (body: object) =>
      fetch(storage('/bucket'), { method: 'POST', headers: { ...asService(), 'content-type': 'application/json' }, body: JSON.stringify(body) });
    expect((await create({ name })).status).toBe(400);
    expect((await create({ name: 'fine', id: name })).status).toBe(400);
  });
});

describe('bodies', () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(storage(path), { method: 'POST', headers: { ...asService(), 'content-type': 'application/json', ...headers }, body });

  it.each([
    ['no JSON', '{'],
    ['another shape', '{"expiresIn":"soon"}'],
    ['a time of the past', '{"expiresIn":0}'],
    ['more than a megabyte', JSON.stringify({ expiresIn: 60, pad: 'x'.repeat(1_100_000) })],
  ])('of %s are refused', async (_name, body) => {
    expect((await post(`/object/sign/films/${key}`, body)).status).toBe(400);
  });

  it('that are forms are capped though no length was given', async () => {
    const boundary = 'lectern';
    let sent = 0;
    const chunk = new Uint8Array(1024 * 1024);
    const head = new TextEncoder().encode(`--${boundary}\r\ncontent-disposition: form-data; name=""; filename="x"\r\ncontent-type: application/json\r\n\r\n`);
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(head),
      pull(controller) {
        sent += chunk.length;
        if (sent > 400 * 1024 * 1024) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const answer = await fetch(storage(`/object/error-logs/${randomUUID()}.json`), {
      method: 'POST',
      headers: { ...asService(), 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: endless,
      duplex: 'half',
    }).then(async (response) => (await response.json()) as { statusCode: string }, () => undefined);
    if (answer !== undefined) expect(answer.statusCode).toBe('413');
    expect(sent).toBeLessThan(100 * 1024 * 1024);
  });

  it('of metadata that is no object are refused', async () => {
    const answer = await post(`/object/films/${user.id}/x.json`, '{}', { 'x-metadata': Buffer.from('[1').toString('base64') });
    expect(answer.status).toBe(400);
  });
});

describe('errors', () => {
  it('carry no path of this machine, no stack, no key', async () => {
    const answers = await Promise.all([
      fetch(storage(`/object/films/${key}`)),
      fetch(storage('/object/films/%00')),
      fetch(storage('/object/list/films'), { method: 'POST', headers: asService(), body: '{"limit":-1}' }),
      fetch(storage('/upload/resumable/none'), { method: 'HEAD', headers: { ...asService(), 'tus-resumable': '1.0.0' } }),
      fetch(`${stack.url}/rest/v1/users?select=nope`, { headers: asService() }),
      fetch(`${stack.url}/rest/v1/`, { headers: asService() }),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(await answer.text()).not.toMatch(/\/tmp|node_modules|at .*\.ts|sb_secret|postgres:\/\//);
    }
  });
});

describe('a sweep', () => {
  const HOUR_MS = 3600 * 1000;

  it('removes what crashes left behind, and nothing that has a row', async () => {
    const objects = join(folder.path, 'files', 'objects', 'films');
    mkdirSync(objects, { recursive: true });
    const orphan = join(objects, randomUUID());
    const spooled = join(folder.path, 'files', 'incoming', randomUUID());
    for (const path of [orphan, spooled]) writeFileSync(path, 'left behind');
    expect(await stack.sweep(Date.now())).toBe(0);
    expect(await stack.sweep(Date.now() + 2 * HOUR_MS)).toBe(2);
    expect([existsSync(orphan), existsSync(spooled)]).toEqual([false, false]);
    expect(await dataOf(await backend.service.storage.from('films').download(key)).text()).toBe('{"a":1}');
  });

  it('removes resumable uploads that nobody went on with for a day', async () => {
    const metadata = { bucketName: 'films', objectName: `${user.id}/never.json`, contentType: 'application/json' };
    const encoded = Object.entries(metadata).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`);
    const created = await fetch(storage('/upload/resumable'), {
      method: 'POST',
      headers: { ...asService(), 'tus-resumable': '1.0.0', 'upload-length': '100', 'upload-metadata': encoded.join(',') },
    });
    expect(created.status).toBe(201);
    const resumable = join(folder.path, 'files', 'resumable');
    const [note = ''] = readdirSync(resumable).filter((name) => name.endsWith('.json'));
    expect(await stack.sweep(Date.now())).toBe(0);
    const kept = JSON.parse(readFileSync(join(resumable, note), 'utf8')) as object;
    const longAgo = new Date(Date.now() - 25 * HOUR_MS).toISOString();
    writeFileSync(join(resumable, note), JSON.stringify({ ...kept, creation_date: longAgo }));
    expect(await stack.sweep(Date.now())).toBe(1);
    expect(readdirSync(resumable)).toEqual([]);
  });
});
