import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { supabaseArtefacts } from '../../../functions/store/supabase/artefacts.ts';
import { supabaseLive } from '../../../functions/store/supabase/live.ts';
import { sweepSharedArtefacts } from '../../../functions/sweep/artefacts.ts';
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
  expect(await objects.fetch(key, fetched)).toBeUndefined();
  expect(existsSync(fetched)).toBe(false);
  const bytes = Buffer.alloc(7_000_001, 'clip');
  writeFileSync(made, bytes);
  await objects.keep(key, made);
  await objects.keep(key, made);
  // Told to the second.
  expect((await objects.fetch(key, fetched))?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  expect(readFileSync(fetched).equals(bytes)).toBe(true);
  expect((await backend.anonymous.storage.from('artefacts').download(`${key.slice(0, 2)}/${key.slice(2)}`)).error).not.toBeNull();
});

it('sweeps what no take needs and nobody has asked for in long; films that are watched while they are made stay', async () => {
  const objects = supabaseArtefacts({ client: backend.service, url: backend.url, secretKey: backend.secretKey });
  const live = supabaseLive({ client: backend.service, url: backend.url, secretKey: backend.secretKey });
  const made = join(scratch.path, 'small');
  writeFileSync(made, 'clip');
  const [needed, spare] = ['12'.repeat(32), '34'.repeat(32)];
  for (const key of [needed, spare]) await objects.keep(key, made);
  await live.put('film/init.mp4', Buffer.from('live'));
  const later = (days: number) => ({ now: new Date(Date.now() + days * 24 * 3_600_000), days: 30, mostBytes: 1e9, used: new Set([needed]), objects });
  const there = async () => new Set((await objects.kept()).map(({ key }) => key));

  expect(await sweepSharedArtefacts({ ...later(29), runningSince: undefined, dryRun: false })).toEqual({ count: 0, bytes: 0 });
  expect(await sweepSharedArtefacts({ ...later(31), runningSince: new Date(Date.now() - 3_600_000), dryRun: false })).toEqual({ count: 0, bytes: 0 });
  const all = await there();
  expect(all).toContain(spare);
  const dry = await sweepSharedArtefacts({ ...later(31), runningSince: undefined, dryRun: true });
  expect(dry.count).toBe(all.size - 1);
  expect(await there()).toEqual(all);
  expect(await sweepSharedArtefacts({ ...later(31), runningSince: undefined, dryRun: false })).toEqual(dry);
  expect(await there()).toEqual(new Set([needed]));
  expect(await live.read('film/init.mp4')).toBeDefined();
});

it('says so where Storage does not answer', async () => {
  const away = supabaseArtefacts({ client: backend.service, url: 'http://127.0.0.1:1', secretKey: backend.secretKey });
  await expect(away.fetch('cd'.repeat(32), join(scratch.path, 'none'))).rejects.toMatchObject({ code: 'store_unavailable', retryable: true });
});
