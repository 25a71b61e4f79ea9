import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const Dependencies = z.record(z.string(), z.string()).default({});
const Manifest = z.object({ dependencies: Dependencies, devDependencies: Dependencies, optionalDependencies: Dependencies });
const Lock = z.object({ packages: z.record(z.string(), z.unknown()) });

const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

/** The pins of a Python lock file, each with its condition and its hashes. */
const readPins = async (path: string): Promise<string[]> => (await readFile(path, 'utf8')).replaceAll(' \\\n    ', ' ').trim().split('\n');

describe('the lock files', () => {
  test('of npm holds what package.json asks for', async () => {
    const lock = Lock.parse(await readJson('package-lock.json'));
    expect(Manifest.parse(lock.packages[''])).toEqual(Manifest.parse(await readJson('package.json')));
  });

  test('name no registry', async () => {
    for (const path of ['package-lock.json', 'docker/render/requirements.txt', 'docker/render/requirements-dev.txt']) {
      expect(await readFile(path, 'utf8')).not.toMatch(/"resolved": "http|--index-url|--extra-index-url|--find-links/);
    }
  });

  test('of Python pin every package by hash, the same for rendering and for developing', async () => {
    const rendering = await readPins('docker/render/requirements.txt');
    const developing = await readPins('docker/render/requirements-dev.txt');
    for (const pin of developing) expect(pin).toMatch(/^[A-Za-z0-9_.-]+==\S+ (; .+? )?--hash=sha256:[0-9a-f]{64}/);
    expect(rendering.filter((pin) => !developing.includes(pin))).toEqual([]);
  });
});
