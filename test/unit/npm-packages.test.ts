import { describe, expect, test } from 'vitest';
import { plantTree, runScript, type Ran } from '../support/planted-tree.ts';

type Packages = Record<string, { version: string; optional?: boolean }>;

const wanted: Packages = {
  '': { version: '0.1.0' },
  'node_modules/zod': { version: '4.0.0' },
  'node_modules/elsewhere': { version: '1.0.0', optional: true },
};
const present: Packages = { 'node_modules/zod': { version: '4.0.0' } };

async function look(installed: Packages | undefined, more: Record<string, string> = { 'node_modules/.bin/node': '' }): Promise<Ran> {
  const finished = installed ? { 'node_modules/.package-lock.json': JSON.stringify({ packages: installed }) } : {};
  const folder = await plantTree({ 'package-lock.json': JSON.stringify({ packages: wanted }), ...finished, ...more }, { copied: [] });
  return runScript('scripts/lib/npm-packages.mjs', [], { folder });
}

describe('node_modules', () => {
  test('is as it should be without the packages for other systems', async () => {
    expect(await look(present)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test.for<[string, Packages | undefined, string]>([
    ['npm did not finish', undefined, 'node_modules/zod is missing'],
    ['a package is missing', {}, 'node_modules/zod is missing'],
    ['a package is older', { 'node_modules/zod': { version: '3.9.9' } }, 'node_modules/zod is 3.9.9, not 4.0.0'],
    ['a package is too many', { ...present, 'node_modules/left-pad': { version: '1.0.0' } }, 'node_modules/left-pad is in node_modules and not in package-lock.json'],
  ])('is set up again when %s', async ([, installed, fault]) => {
    expect(await look(installed)).toEqual({ exitCode: 1, stdout: '', stderr: `${fault}\n` });
  });

  test.runIf(process.platform === 'linux')('is set up again when Node 24 is missing', async () => {
    expect(await look(present, {})).toEqual({ exitCode: 1, stdout: '', stderr: 'Node 24 is missing\n' });
  });
});
