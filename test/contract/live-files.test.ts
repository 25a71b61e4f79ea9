import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderLiveFilms } from '../../functions/live/folder.ts';
import type { LiveFilms } from '../../functions/live/port.ts';
import { storedLiveFilms } from '../../functions/live/stored.ts';
import { supabaseLive } from '../../functions/store/supabase/live.ts';
import { scratchFolder } from '../support/command-line.ts';
import { type Backend, openBackend } from '../support/supabase.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);
const JOB = '00000000-0000-4000-8000-000000000001';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (found: Uint8Array | undefined): string | undefined => found && new TextDecoder().decode(found);

const source = (path: string): string => new URL(`../../functions/${path}`, import.meta.url).href;
const root = join(scratch.path, 'live');
let backend: Backend;
beforeAll(async () => void (backend = await openBackend()));
afterAll(() => backend.close());

interface Adapter {
  open: () => LiveFilms;
  /** The same in a process of its own. */
  program: () => string;
}
const adapters: Record<string, Adapter> = {
  'in a folder': {
    open: () => folderLiveFilms(root),
    program: () => `import { folderLiveFilms } from '${source('live/folder.ts')}'; const films = folderLiveFilms('${root}');`,
  },
  'in a store': {
    open: () => storedLiveFilms(supabaseLive({ client: backend.service, url: backend.url, secretKey: backend.secretKey })),
    program: () => `
      import { createClient } from '@supabase/supabase-js';
      import { storedLiveFilms } from '${source('live/stored.ts')}';
      import { supabaseLive } from '${source('store/supabase/live.ts')}';
      const [url, secretKey] = ['${backend.url}', '${backend.secretKey}'];
      const client = createClient(url, secretKey, { auth: { persistSession: false } });
      const films = storedLiveFilms(supabaseLive({ client, url, secretKey }));`,
  },
};

/** Tries, in a process of its own, to be the one that puts a file. */
const creator = (program: string): string => `${program}
  const film = films.film('${JOB}');
  let won = 0;
  for (let index = 0; index < 20; index += 1) if (await film.create('section-' + index + '.json', new TextEncoder().encode(String(process.pid)))) won += 1;
  process.stdout.write(String(won));`;

describe.each(Object.entries(adapters))('files of films that are watched, %s', (_, { open, program }) => {
  let films: LiveFilms;
  beforeAll(() => void (films = open()));

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
    const words = ['--input-type=module-typescript', '--eval', creator(program())];
    const won = await Promise.all([1, 2, 3].map(async () => Number((await run(process.execPath, words)).stdout)));
    expect(won.reduce((sum, each) => sum + each, 0)).toBe(20);
    expect(await films.film(JOB).create('section-0.json', bytes('late'))).toBe(false);
    expect(textOf(await films.film(JOB).read('section-0.json'))).toMatch(/^\d+$/);
  });

  it('are told with size and age, and go with their film', async () => {
    const [kept, ...others] = await films.kept();
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ jobId: JOB, sizeBytes: expect.any(Number) });
    expect(kept?.sizeBytes).toBeGreaterThan(20);
    expect(Math.abs(Date.now() - (kept?.changedAt.getTime() ?? 0))).toBeLessThan(60_000);
    await films.remove(JOB);
    expect(await films.kept()).toEqual([]);
    expect(await films.film(JOB).read('section-0.json')).toBeUndefined();
  });

  it('are shown to others as soon as they are there', async () => {
    const other = open();
    expect(await other.film(JOB).read('section-1.json')).toBeUndefined();
    await films.film(JOB).create('section-1.json', bytes('first'));
    for (const each of [films, other, other]) expect(textOf(await each.film(JOB).read('section-1.json'))).toBe('first');
    await other.remove(JOB);
    expect(await films.kept()).toEqual([]);
  });

  it('have no names that lead elsewhere', async () => {
    for (const name of ['../secret', '.hidden', 'a/b', '', 'a\0b']) expect(() => films.film(JOB).read(name), name).toThrow(RangeError);
    expect(() => films.film('../other')).toThrow(RangeError);
  });
});

it('a folder holds nothing that was broken off', async () => {
  const film = folderLiveFilms(root).film(JOB);
  await Promise.all([1, 2, 3].map((count) => film.create('section-1.json', bytes(String(count)))));
  expect(readdirSync(join(root, JOB))).toEqual(['section-1.json']);
});
