import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plantTree } from '../support/planted-tree.ts';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

describe('the set-up', () => {
  test('says nothing on a machine where nothing is missing', () => {
    // These tests were started through it, so it has nothing left to do.
    const { status, stdout, stderr } = spawnSync('bash', ['scripts/setup.sh', '--quiet'], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('refuses an option that it does not know', () => {
    const { status, stderr } = spawnSync('bash', ['scripts/setup.sh', '--silent'], { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain('--silent');
  });

  test.runIf(isRoot)('gives the exact line to run to somebody who may not install', async () => {
    const folder = await plantTree({}, { copied: ['scripts', 'package-lock.json', 'docker/render/requirements-dev.txt'] });
    await chmod(folder, 0o755);
    await chown(folder, NOBODY, NOBODY);
    // A package database that knows of nothing.
    await mkdir(join(folder, 'dpkg'));
    await writeFile(join(folder, 'dpkg/status'), '');
    const { status, stderr } = spawnSync('bash', ['scripts/setup.sh', '--quiet'], {
      cwd: folder,
      uid: NOBODY,
      gid: NOBODY,
      env: { PATH: '/usr/bin:/bin', HOME: folder, DPKG_ADMINDIR: join(folder, 'dpkg') },
      encoding: 'utf8',
    });
    expect(status).toBe(4);
    expect(stderr).toMatch(/^ {2}(sudo sh|su) -c 'apt-get update && apt-get install --yes --no-install-recommends ffmpeg .*python3-dev'$/m);
  });
});
