import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { supabaseArtefacts } from '../../../functions/store/supabase/artefacts.ts';
import { scratchFolder } from '../../support/command-line.ts';
import { type Backend, openBackend } from '../../support/supabase.ts';

let backend: Backend;
const scratch = scratchFolder();
beforeAll(async () => void (backend = await openBackend()));
afterAll(() => backend.close().finally(scratch.remove));

it('keeps files for every host, which find them byte for byte; nobody else does', async () => {
  const objects = supabaseArtefacts({ client: backend.service, url: backend.url, secretKey: backend.secretKey });
  const key = 'ab'.repeat(32);
  const [made, fetched] = [join(scratch.path, 'made'), join(scratch.path, 'fetched')];
  expect(await objects.fetch(key, fetched)).toBe(false);
  expect(existsSync(fetched)).toBe(false);
  const bytes = Buffer.alloc(7_000_001, 'clip');
  writeFileSync(made, bytes);
  await objects.keep(key, made);
  await objects.keep(key, made);
  expect(await objects.fetch(key, fetched)).toBe(true);
  expect(readFileSync(fetched).equals(bytes)).toBe(true);
  expect((await backend.anonymous.storage.from('artefacts').download(`${key.slice(0, 2)}/${key.slice(2)}`)).error).not.toBeNull();
});

it('says so where Storage does not answer', async () => {
  const away = supabaseArtefacts({ client: backend.service, url: 'http://127.0.0.1:1', secretKey: backend.secretKey });
  await expect(away.fetch('cd'.repeat(32), join(scratch.path, 'none'))).rejects.toMatchObject({ code: 'store_unavailable', retryable: true });
});
