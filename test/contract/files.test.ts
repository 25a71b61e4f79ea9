import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { folderArtefacts } from '../../functions/artefacts/folder.ts';
import { sharedArtefacts, type SharedObjects } from '../../functions/artefacts/shared.ts';
import { openWorkspace } from '../../functions/artefacts/workspace.ts';
import { folderMaterials } from '../../functions/materials/folder.ts';
import { LecternError } from '../../shared/errors.ts';
import { scratchFolder } from '../support/command-line.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);
const key = 'ab'.repeat(32);

/** What hosts share, in a folder that can be out of reach. */
function sharedFolder(name: string, keptSince = new Date()): { objects: SharedObjects; isReachable: boolean; keptAnew: string[] } {
  const folder = folderArtefacts(join(scratch.path, name));
  const reach = (): void => {
    if (!place.isReachable) throw new Error('out of reach');
  };
  const place = {
    isReachable: true,
    keptAnew: [] as string[],
    objects: {
      async fetch(wanted: string, path: string) {
        reach();
        const found = await folder.get(wanted);
        if (found) copyFileSync(found, path);
        return found === undefined ? undefined : keptSince;
      },
      async keep(kept: string, path: string) {
        reach();
        if ((await folder.get(kept)) !== undefined) place.keptAnew.push(kept);
        await folder.put(kept, path);
      },
    },
  };
  return place;
}

const hostWith = (name: string, objects: SharedObjects, troubles: string[] = []) =>
  sharedArtefacts({ folder: folderArtefacts(join(scratch.path, name)), objects, scratchFolder: join(scratch.path, `${name}-on-its-way`), onTrouble: (note) => troubles.push(note) });

const artefactAdapters = [
  { name: 'in a folder', open: (root: string) => folderArtefacts(join(scratch.path, root)) },
  { name: 'shared between hosts', open: (root: string) => hostWith(`host-${root}`, sharedFolder(`shared-${root}`).objects) },
];

describe.each(artefactAdapters)('artefacts $name', ({ open }) => {
  test('are found under their key, and stay as they were put', async () => {
    const artefacts = open('artefacts');
    expect(await artefacts.get(key)).toBeUndefined();
    const source = join(scratch.path, 'source');
    writeFileSync(source, 'first');
    const kept = await artefacts.put(key, source);
    writeFileSync(source, 'changed afterwards');
    expect(await artefacts.get(key)).toBe(kept);
    expect(readFileSync(kept, 'utf8')).toBe('first');
  });

  test('put side by side are whole', async () => {
    const artefacts = open('together');
    const source = join(scratch.path, 'large');
    writeFileSync(source, Buffer.alloc(2_000_000, 1));
    const paths = await Promise.all(Array.from({ length: 8 }, () => artefacts.put(key, source)));
    expect(new Set(paths).size).toBe(1);
    expect(readFileSync(paths[0] as string)).toHaveLength(2_000_000);
  });
});

describe('artefacts of several hosts', () => {
  test('are found by a host that has not made them, and at once from then on', async () => {
    const shared = sharedFolder('bucket');
    const source = join(scratch.path, 'clip');
    writeFileSync(source, 'clip');
    await hostWith('one', shared.objects).put(key, source);
    const other = hostWith('other', shared.objects);
    expect(readFileSync((await other.get(key)) ?? '', 'utf8')).toBe('clip');
    expect(await other.get('cd'.repeat(32))).toBeUndefined();
    shared.isReachable = false;
    expect(readFileSync((await other.get(key)) ?? '', 'utf8')).toBe('clip');
  });

  test('are kept anew by whoever finds them, but not every day', async () => {
    for (const { hours, keptAnew } of [{ hours: 23, keptAnew: [] }, { hours: 25, keptAnew: [key] }]) {
      const shared = sharedFolder(`old-${hours}`, new Date(Date.now() - hours * 3_600_000));
      const source = join(scratch.path, 'clip');
      writeFileSync(source, 'clip');
      await hostWith(`maker-${hours}`, shared.objects).put(key, source);
      expect(await hostWith(`finder-${hours}`, shared.objects).get(key)).toBeDefined();
      expect(shared.keptAnew).toEqual(keptAnew);
    }
  });

  test('are made all the same while the shared place is out of reach, and it is said', async () => {
    const shared = sharedFolder('away');
    shared.isReachable = false;
    const troubles: string[] = [];
    const host = hostWith('alone', shared.objects, troubles);
    const source = join(scratch.path, 'clip');
    writeFileSync(source, 'clip');
    expect(readFileSync(await host.put(key, source), 'utf8')).toBe('clip');
    expect(await host.get('cd'.repeat(32))).toBeUndefined();
    expect(troubles).toHaveLength(2);
  });
});

describe('artefacts in a folder', () => {
  test('put side by side leave nothing unfinished', async () => {
    const root = join(scratch.path, 'side-by-side');
    const artefacts = folderArtefacts(root);
    const source = join(scratch.path, 'large');
    writeFileSync(source, Buffer.alloc(2_000_000, 1));
    const paths = await Promise.all(Array.from({ length: 8 }, () => artefacts.put(key, source)));
    expect(new Set(paths).size).toBe(1);
    expect(readFileSync(paths[0] as string)).toHaveLength(2_000_000);
    expect(readdirSync(join(root, 'ab'))).toHaveLength(1);
  });
});

test('a disk that is full is told as that, and leaves nothing unfinished', async () => {
  const workspace = await openWorkspace(join(scratch.path, 'full'), false);
  const folder = await workspace.folder('a');
  symlinkSync('/dev/full', join(folder, 'text.txt'));
  await expect(workspace.write(folder, 'text.txt', 'content')).rejects.toMatchObject({ code: 'disk_full', retryable: true });
  await workspace.close();

  const root = join(scratch.path, 'limited');
  writeFileSync(join(scratch.path, 'long'), Buffer.alloc(20_000));
  const program = `import { folderArtefacts } from './functions/artefacts/folder.ts';
    await folderArtefacts('${root}').put('${key}', '${join(scratch.path, 'long')}').catch(({ code }) => process.stdout.write(code));`;
  const limited = ['-c', `trap '' XFSZ; ulimit -f 10; exec "$@"`, 'bash', process.execPath, '--input-type=module', '--eval', program];
  expect(execFileSync('bash', limited, { encoding: 'utf8' })).toBe('disk_full');
  expect(readdirSync(join(root, 'ab'))).toEqual([]);
});

describe('a workspace', () => {
  test('gives each asker a folder of its own, and removes all of them', async () => {
    const workspace = await openWorkspace(join(scratch.path, 'work'), false);
    const [one, other] = [await workspace.folder('a'), await workspace.folder('a')];
    expect(one).not.toBe(other);
    await workspace.write(one, 'text.txt', 'content');
    expect(new TextDecoder().decode(await workspace.read(join(one, 'text.txt')))).toBe('content');
    await workspace.close();
    expect(existsSync(workspace.path)).toBe(false);
  });

  test('is kept where it was asked for, and places copies that can be changed without harm', async () => {
    const workspace = await openWorkspace(join(scratch.path, 'work'), true);
    const original = join(scratch.path, 'original');
    writeFileSync(original, 'original');
    const placed = await workspace.place(await workspace.folder('a'), 'copy', original);
    writeFileSync(placed, 'written over by a tool');
    await workspace.close();
    expect(readFileSync(original, 'utf8')).toBe('original');
    expect(existsSync(placed)).toBe(true);
  });
});

describe('materials', () => {
  const folder = join(scratch.path, 'lesson');
  mkdirSync(join(folder, 'images'), { recursive: true });
  writeFileSync(join(folder, 'images', 'leaf.png'), 'leaf');
  writeFileSync(join(scratch.path, 'secret.png'), 'secret');
  symlinkSync(join(scratch.path, 'secret.png'), join(folder, 'link.png'));
  writeFileSync(join(folder, 'large.png'), Buffer.alloc(101));
  const wrong = new LecternError('not_an_image', { message: 'It is none.', fix: 'Use one.' });
  const materials = folderMaterials(folder, { maximumBytes: 100, checkContent: (_, bytes) => (Buffer.from(bytes).includes('wrong') ? wrong : undefined) });

  test('are found in the lesson’s folder and below', async () => {
    expect(readFileSync(await materials.pathOf('images/leaf.png'), 'utf8')).toBe('leaf');
  });

  test.each([
    ['nowhere.png', 'asset_missing'],
    ['../secret.png', 'asset_outside'],
    ['link.png', 'asset_outside'],
    ['large.png', 'asset_too_large'],
  ])('%s is refused as %s', async (name, code) => {
    await expect(materials.pathOf(name)).rejects.toMatchObject({ code });
  });

  test('that are not what they say are refused', async () => {
    writeFileSync(join(folder, 'wrong.png'), 'wrong');
    await expect(materials.pathOf('wrong.png')).rejects.toBe(wrong);
  });
});
