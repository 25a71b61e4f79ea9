import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { isOwned } from '../../functions/artefacts/work-owner.ts';
import { folderArtefacts } from '../../functions/artefacts/folder.ts';
import { openWorkspace } from '../../functions/artefacts/workspace.ts';
import { type ArtefactSweep, sweepArtefacts } from '../../functions/sweep/artefacts.ts';
import { sweepFormulas, sweepOutbox, sweepWorkFolders } from '../../functions/sweep/folders.ts';
import { scratchFolder } from '../support/command-line.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

const HOUR_MS = 3600 * 1000;
const now = new Date();
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 24 * HOUR_MS);
let root: string;
let count = 0;
beforeEach(() => {
  count += 1;
  root = join(scratch.path, String(count));
  mkdirSync(root);
});

/** A file of so many bytes that was used last so many days ago. */
function plant(path: string, { bytes = 100, days = 0 }: { bytes?: number; days?: number } = {}): string {
  const planted = join(root, path);
  mkdirSync(join(planted, '..'), { recursive: true });
  writeFileSync(planted, Buffer.alloc(bytes));
  utimesSync(planted, daysAgo(days), daysAgo(days));
  return planted;
}
const keyOf = (digit: string): string => digit.repeat(64);
const plantArtefact = (digit: string, age: { bytes?: number; days?: number }): string => plant(join(digit.repeat(2), digit.repeat(62)), age);
const artefacts = (more: Partial<ArtefactSweep> = {}) =>
  sweepArtefacts({ folder: root, now, dryRun: false, used: new Set(), runningSince: undefined, days: 30, mostBytes: 1e9, ...more });

describe('artefacts', () => {
  test('that nobody has asked for in so long go, and stay where a take needs them, however old', async () => {
    const [old, needed, recent] = [plantArtefact('a', { days: 31 }), plantArtefact('b', { days: 400 }), plantArtefact('c', { days: 29 })];
    expect(await artefacts({ used: new Set([keyOf('b')]), dryRun: true })).toEqual({ count: 1, bytes: 100 });
    expect(existsSync(old)).toBe(true);
    expect(await artefacts({ used: new Set([keyOf('b')]) })).toEqual({ count: 1, bytes: 100 });
    expect([old, needed, recent].map(existsSync)).toEqual([false, true, true]);
  });

  test('are asked for anew by whoever finds them', async () => {
    plantArtefact('a', { days: 31 });
    expect(await folderArtefacts(root).get(keyOf('a'))).toBeDefined();
    expect(await artefacts()).toEqual({ count: 0, bytes: 0 });
  });

  test('go from the oldest on where there are too many, those that takes need counted and left', async () => {
    const paths = ['a', 'b', 'c', 'd'].map((digit, index) => plantArtefact(digit, { bytes: 1000, days: 4 - index }));
    expect(await artefacts({ mostBytes: 2500, used: new Set([keyOf('a')]) })).toEqual({ count: 2, bytes: 2000 });
    expect(paths.map(existsSync)).toEqual([true, false, false, true]);
  });

  test('that were made or found since the oldest running job began stay, and so do those of the last hour', async () => {
    const [before, since, young] = [plantArtefact('a', { days: 40 }), plantArtefact('b', { days: 32 }), plantArtefact('c', {})];
    expect(await artefacts({ runningSince: daysAgo(33), mostBytes: 0 })).toEqual({ count: 1, bytes: 100 });
    expect([before, since, young].map(existsSync)).toEqual([false, true, true]);
    await artefacts({ mostBytes: 0 });
    expect([since, young].map(existsSync)).toEqual([false, true]);
  });

  test('whose copying was broken off go after a day, and nothing that is not ours', async () => {
    const name = `${'a'.repeat(62)}.1b4e28ba-2fa1-11d2-883f-0016d3cca427`;
    const [broken, copying, foreign] = [plant(join('aa', name), { days: 2 }), plant(join('ab', name)), plant('notes/read-me.txt', { days: 400 })];
    expect(await artefacts()).toEqual({ count: 1, bytes: 100 });
    expect([broken, copying, foreign].map(existsSync)).toEqual([false, true, true]);
  });
});

describe('work folders', () => {
  const sweep = (dryRun = false) => sweepWorkFolders({ folder: root, now, dryRun, isOwned });

  test('of a process that runs stay, and those of one that was killed go at once', async () => {
    const own = await openWorkspace(root, false);
    await own.write(own.path, 'text', 'content');
    const program = `import { openWorkspace } from './functions/artefacts/workspace.ts';
      const work = await openWorkspace(process.argv[1], false);
      await work.write(work.path, 'left', 'behind');
      process.stdout.write(work.path);
      process.kill(process.pid, 'SIGKILL');`;
    const killed = spawn(process.execPath, ['--input-type=module', '--eval', program, root], { stdio: ['ignore', 'pipe', 'inherit'] });
    let left = '';
    killed.stdout.on('data', (text: Buffer) => (left += text.toString()));
    await new Promise((resolve) => killed.once('close', resolve));
    expect(readdirSync(left)).toContain('left');

    const dry = await sweep(true);
    expect(dry.swept.count).toBe(1);
    expect(existsSync(left)).toBe(true);
    expect((await sweep()).swept).toEqual(dry.swept);
    expect([existsSync(left), existsSync(own.path)]).toEqual([false, true]);
    const { workingSince } = await sweep();
    expect(Math.abs((workingSince?.getTime() ?? 0) - Date.now())).toBeLessThan(HOUR_MS);
    await own.close();
    expect(await sweep()).toEqual({ swept: { count: 0, bytes: 0 }, workingSince: undefined });
  });

  test('of nobody known stay for a day, and what is no work folder stays', async () => {
    const kept = await openWorkspace(root, true);
    const [old, other] = [plant('job-old/file', { days: 2 }), plant('else/file', { days: 400 })];
    utimesSync(join(root, 'job-old'), daysAgo(2), daysAgo(2));
    expect((await sweep()).swept).toEqual({ count: 1, bytes: 100 });
    expect([existsSync(old), existsSync(other), existsSync(kept.path)]).toEqual([false, true, true]);
  });

  test('of an id that another process has by now are nobody’s', async () => {
    plant('job-reused/.owner');
    writeFileSync(join(root, 'job-reused/.owner'), `${process.pid} 1`);
    expect((await sweep()).swept.count).toBe(1);
  });
});

test('films that wait in the outbox stay however old they are; those that were never whole go after a day', async () => {
  for (const file of ['film.mp4', 'film.json']) plant(`waiting/${file}`, { days: 400 });
  plant('begun/film.mp4');
  plant('broken/film.mp4', { days: 2 });
  for (const name of ['waiting', 'broken']) utimesSync(join(root, name), daysAgo(2), daysAgo(2));
  expect(await sweepOutbox({ folder: root, now, dryRun: false })).toEqual({ count: 1, bytes: 100 });
  expect(readdirSync(root).sort()).toEqual(['begun', 'waiting']);
  expect(readFileSync(join(root, 'waiting/film.mp4'))).toHaveLength(100);
});

test('pictures of formulas go from the oldest on, where there are too many', async () => {
  for (const [name, days] of [['a.svg', 3], ['b.svg', 2], ['c.svg', 1], ['d.svg', 0]] as const) plant(name, { days, bytes: 1000 });
  expect(await sweepFormulas({ folder: root, mostBytes: 5000, now, dryRun: false })).toEqual({ count: 0, bytes: 0 });
  expect(await sweepFormulas({ folder: root, mostBytes: 2500, now, dryRun: false })).toEqual({ count: 2, bytes: 2000 });
  expect(readdirSync(root).sort()).toEqual(['c.svg', 'd.svg']);
});
