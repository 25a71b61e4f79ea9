import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { folderLiveFilms } from '../../functions/live/folder.ts';
import { scratchFolder } from '../support/command-line.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);
const JOB = '00000000-0000-4000-8000-000000000001';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (found: Uint8Array | undefined): string | undefined => found && new TextDecoder().decode(found);

/** Tries, in a process of its own, to be the one that puts a file. */
const creator = (root: string): string => `
  import { folderLiveFilms } from '${new URL('../../functions/live/folder.ts', import.meta.url).href}';
  const film = folderLiveFilms('${root}').film('${JOB}');
  let won = 0;
  for (let index = 0; index < 50; index += 1) if (await film.create('section-' + index + '.json', new TextEncoder().encode(String(process.pid)))) won += 1;
  process.stdout.write(String(won));`;

describe('files of films that are watched, in a folder', () => {
  const root = join(scratch.path, 'live');
  const films = folderLiveFilms(root);

  it('are there once they are put, and not before', async () => {
    const film = films.film(JOB);
    expect(await film.read('video-1.m4s')).toBeUndefined();
    expect(await films.kept()).toEqual([]);
    await film.put('video-1.m4s', bytes('one'));
    await film.put('video-1.m4s', bytes('one'));
    expect(textOf(await film.read('video-1.m4s'))).toBe('one');
  });

  it('are created by one of all that try, in whichever process', async () => {
    const run = promisify(execFile);
    const words = ['--input-type=module-typescript', '--eval', creator(root)];
    const won = await Promise.all([1, 2, 3].map(async () => Number((await run(process.execPath, words)).stdout)));
    expect(won.reduce((sum, each) => sum + each, 0)).toBe(50);
    expect(readdirSync(join(root, JOB)).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(await films.film(JOB).create('section-0.json', bytes('late'))).toBe(false);
    expect(textOf(await films.film(JOB).read('section-0.json'))).toMatch(/^\d+$/);
  });

  it('are told with size and age, and go with their film', async () => {
    const [kept, ...others] = await films.kept();
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ jobId: JOB, sizeBytes: expect.any(Number) });
    expect(kept?.sizeBytes).toBeGreaterThan(50);
    expect(Math.abs(Date.now() - (kept?.changedAt.getTime() ?? 0))).toBeLessThan(60_000);
    await films.remove(JOB);
    expect(await films.kept()).toEqual([]);
    expect(await films.film(JOB).read('section-0.json')).toBeUndefined();
  });

  it('have no names that lead elsewhere', async () => {
    for (const name of ['../secret', '.hidden', 'a/b', '', 'a\0b']) expect(() => films.film(JOB).read(name), name).toThrow(RangeError);
    expect(() => films.film('../other')).toThrow(RangeError);
  });
});
