import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { probeSandbox } from '../../functions/compute/local/probe.ts';
import { makeCompute, makeFolder, packageFolder, pythonOfSetup } from '../support/compute.ts';

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const isRoot = process.getuid?.() === 0;

const adapter = new URL('../../functions/compute/local/local-compute.ts', import.meta.url).pathname;

/** Makes the adapter where bubblewrap cannot make a sandbox: in a mount namespace in which another program stands in its place. */
function makeWithoutBubblewrap(unsafeNoSandbox: boolean): string {
  const options = { python: pythonOfSetup, packageFolder, dataFolder: join(folder, 'data'), unsafeNoSandbox };
  const program = `
    const { createLocalCompute } = await import(${JSON.stringify(adapter)});
    const told = await createLocalCompute(${JSON.stringify(options)}).then(() => 'made', ({ code, message, fix }) => [code, message, fix].join(' | '));
    process.stdout.write(told);
  `;
  const { stdout, stderr } = spawnSync('unshare', [...(isRoot ? [] : ['--map-root-user']), '--mount', 'sh', '-c', 'mount --bind /usr/bin/false /usr/bin/bwrap && exec "$0" --input-type=module -e "$1"', process.execPath, program], { encoding: 'utf8' });
  return stdout === '' ? stderr : stdout;
}

describe('where there is no sandbox', () => {
  it('nothing is made, and it is said why and what to do', () => {
    expect(makeWithoutBubblewrap(false)).toMatch(/^sandbox_unavailable \| Scene code is not run without a sandbox.*\| .*--unsafe-no-sandbox/s);
  });

  it('it is made all the same for those who insist', () => {
    expect(makeWithoutBubblewrap(true)).toBe('made');
  });
});

describe('where there is one', () => {
  it('a look at the machine says so', () => {
    expect(probeSandbox()).toEqual({ available: true, reason: '', fix: '' });
  });

  it('a virtual environment that is missing is told', async () => {
    await expect(makeCompute({ dataFolder: join(folder, 'data'), python: '/nowhere/bin/python' })).rejects.toMatchObject({ code: 'not_set_up', fix: expect.stringContaining('setup') as string });
  });

  it.runIf(isRoot)("a folder that the sandbox's user cannot enter is told", async () => {
    mkdirSync(join(folder, 'closed'));
    chmodSync(join(folder, 'closed'), 0o700);
    await expect(makeCompute({ dataFolder: join(folder, 'closed/data') })).rejects.toMatchObject({ code: 'sandbox_unavailable', message: expect.stringContaining(join(folder, 'closed')) as string });
  });
});
