import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { supabaseStore } from '../../../functions/store/supabase/store.ts';
import { type CuttingProxy, startCuttingProxy } from '../../support/cutting-proxy.ts';
import { createUser, dataOf, filmBytes, sha256, type TestUser } from '../../support/jobs.ts';
import { type Backend, openBackend } from '../../support/supabase.ts';

const CHUNK_BYTES = 6 * 1024 * 1024;
/** Three whole chunks and a part of one. */
const film = filmBytes(3 * CHUNK_BYTES + 1_234_567);

let backend: Backend;
let proxy: CuttingProxy;
let user: TestUser;
let folder: string;

beforeAll(async () => {
  backend = await openBackend();
  proxy = await startCuttingProxy(backend.url);
  user = await createUser(backend.service);
  folder = await mkdtemp(join(tmpdir(), 'lectern-cut-'));
  await writeFile(join(folder, 'film.mp4'), film);
});
afterAll(async () => {
  await proxy.close();
  await backend.close();
  await rm(folder, { recursive: true });
});

describe('an upload whose connection is cut', () => {
  /** In its first bytes, inside of chunks, around their ends, and before its last byte. */
  const offsets = [1, 900, 100_000, CHUNK_BYTES / 2, CHUNK_BYTES - 10, CHUNK_BYTES + 2000, 1.5 * CHUNK_BYTES, 2 * CHUNK_BYTES + 3000, 2.5 * CHUNK_BYTES, film.length - 1];

  it.each(offsets)('after %d bytes goes on where it was, and what arrives is what was sent', async (offset) => {
    const store = supabaseStore({ client: backend.service, url: proxy.url, secretKey: backend.secretKey });
    const before = proxy.counted();
    proxy.cutAfter(offset);
    const jobId = `cut-${offset}`;
    const upload = { userId: user.id, jobId, name: 'film.mp4', path: join(folder, 'film.mp4'), contentType: 'video/mp4', title: 'Cut' };
    const stored = await store.files.put(upload, new AbortController().signal);
    const after = proxy.counted();
    expect(after.cuts).toBe(before.cuts + 1);
    // All of it went this way, and what was sent twice is a chunk at most.
    expect(after.bytes - before.bytes).toBeGreaterThanOrEqual(film.length);
    expect(after.bytes - before.bytes).toBeLessThan(film.length + CHUNK_BYTES + 20_000);
    expect(stored).toEqual({ name: 'film.mp4', sizeBytes: film.length, sha256: sha256(film) });
    const read = Buffer.from(await dataOf(await backend.service.storage.from('films').download(`${user.id}/${jobId}/film.mp4`)).arrayBuffer());
    expect(sha256(read)).toBe(sha256(film));
  });
});
