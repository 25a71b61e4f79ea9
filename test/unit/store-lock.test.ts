import { spawn } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { withExclusiveLock } from '../../functions/store/embedded/exclusive-lock.ts';
import { dataFolder } from '../support/supabase.ts';

const folder = dataFolder();
const lock = join(folder.path, 'stack.lock');
afterAll(() => rmSync(folder.path, { recursive: true, force: true }));

it('lets one at a time do its work, and answers with what it did', async () => {
  let inside = 0;
  let most = 0;
  const work = (index: number) => async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
    return index;
  };
  const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => withExclusiveLock(lock, work(index))));
  expect([most, answers]).toEqual([1, [0, 1, 2, 3, 4, 5, 6, 7]]);
  expect(statSync(lock).mode & 0o777).toBe(0o600);
});

it('is let go when the work fails', async () => {
  const broken = withExclusiveLock(lock, () => Promise.reject(new Error('broken')));
  await expect(broken).rejects.toThrow('broken');
  expect(await withExclusiveLock(lock, async () => 'free')).toBe('free');
});

it('keeps other processes out, and is let go when its holder is killed', async () => {
  const program = new URL('../../functions/store/embedded/exclusive-lock.ts', import.meta.url).href;
  const holding = `import { withExclusiveLock } from ${JSON.stringify(program)};
    await withExclusiveLock(${JSON.stringify(lock)}, () => { console.log('held'); return new Promise((resolve) => setTimeout(resolve, 60000)); });`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', holding], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => createInterface({ input: holder.stdout }).once('line', resolve));
  let entered = false;
  const waiting = withExclusiveLock(lock, async () => (entered = true));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(entered).toBe(false);
  holder.kill('SIGKILL');
  expect(await waiting).toBe(true);
});
