import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cgroupParent, createMemoryCgroup, findCgroup } from '../../functions/compute/local/cgroup.ts';
import { createCoreTokens } from '../../functions/compute/local/core-tokens.ts';
import { installPackage } from '../../functions/compute/local/install-package.ts';
import { memoryMiB, processTree, readProcesses, readTree, treeOf } from '../../functions/compute/local/process-tree.ts';
import { readPythonEnvironment } from '../../functions/compute/local/python-environment.ts';
import { prepareScratch } from '../../functions/compute/local/scratch.ts';
import { findSvgFault } from '../../functions/compute/local/svg-check.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lectern-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a drawing of TeX', () => {
  const svg = (body: string): Buffer => Buffer.from(`<?xml version='1.0' encoding='UTF-8'?>\n<!-- by dvisvgm -->\n<svg version='1.1' xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>${body}</svg>\n`);

  it('as dvisvgm writes it is taken', () => {
    expect(findSvgFault(svg("<defs><path id='g1' d='M0 0L1 1Z'/></defs><g id='page1'><use x='1' y='2' xlink:href='#g1'/></g>"))).toBeUndefined();
  });

  it.each([
    ['a script', '<script>alert(1)</script>'],
    ['a script in a namespace', '<svg:script/>'],
    ['foreign content', '<foreignObject><p/></foreignObject>'],
    ['an image', "<image xlink:href='file:///etc/passwd'/>"],
    ['a reference', "<use href='https://example.org/a.svg#x'/>"],
    ['a reference without quotes', '<use href=file:///etc/passwd />'],
    ['a handler', "<g onload='x()'/>"],
    ['a style from elsewhere', "<g style='fill:url(https://example.org/x)'/>"],
    ['an animation', "<animate attributeName='x'/>"],
    ['an instruction', "<?xml-stylesheet href='#x'?>"],
  ])('with %s is refused', (_, body) => {
    expect(findSvgFault(svg(body))).toMatch(/holds/);
  });

  it('that is none is refused', () => {
    expect(findSvgFault(Buffer.from(''))).toBeDefined();
    expect(findSvgFault(Buffer.from('<html><svg></svg></html>'))).toBeDefined();
    expect(findSvgFault(Buffer.from([0xff, 0xfe]))).toContain('UTF-8');
    expect(findSvgFault(Buffer.from('<!DOCTYPE svg [<!ENTITY a "b">]><svg></svg>'))).toBeDefined();
    expect(findSvgFault(svg('x'.repeat(5 * 1024 * 1024)))).toContain('MiB');
  });
});

describe('memory of processes', () => {
  const state = (parentId: number) => ({ parentId, cpuSeconds: 0 });

  it('is that of the whole tree, and of nothing beside it', () => {
    const processes = new Map([[1, state(0)], [10, state(1)], [11, state(10)], [12, state(11)], [20, state(1)]]);
    expect(processTree(10, processes).toSorted()).toEqual([10, 11, 12]);
    expect(processTree(99, processes)).toEqual([99]);
  });

  it('is found by the lists of children as it is found among all processes', async () => {
    const child = spawn('sh', ['-c', '(sh -c "sleep 60 & wait" & wait) & wait'], { detached: true });
    const root = child.pid ?? 0;
    await expect.poll(() => readTree(root).size).toBeGreaterThan(3);
    expect([...readTree(root).keys()].toSorted()).toEqual([...treeOf(root, readProcesses()).keys()].toSorted());
    process.kill(-root, 'SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    expect(readTree(root).size).toBe(0);
  });

  it('is read from this very process', () => {
    expect(readProcesses().get(process.pid)?.cpuSeconds).toBeGreaterThan(0);
    const resident = memoryMiB([process.pid], 1e9);
    const exact = memoryMiB([process.pid], 0);
    expect(resident).toBeGreaterThan(20);
    expect(exact).toBeGreaterThan(20);
    expect(exact).toBeLessThanOrEqual(resident * 1.05);
    expect(memoryMiB([2 ** 30], 0)).toBe(0);
  });
});

describe('a cgroup for memory', () => {
  it('is looked for where the second hierarchy is mounted', () => {
    const mountInfo = '30 1 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n31 30 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n';
    expect(findCgroup({ selfCgroup: '4:memory:/old\n0::/user.slice/a.scope\n', mountInfo })).toEqual({ mountPoint: '/sys/fs/cgroup/unified', ownPath: '/user.slice/a.scope' });
    expect(findCgroup({ selfCgroup: '4:memory:/old\n', mountInfo })).toBeUndefined();
    expect(findCgroup({ selfCgroup: '0::/\n', mountInfo: '' })).toBeUndefined();
  });

  const plant = (path: string, handedDown: string): void => {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, 'cgroup.subtree_control'), handedDown);
    writeFileSync(join(folder, path, 'cgroup.procs'), '');
  };

  it('is made where memory is handed down, which is mostly the group above', () => {
    plant('app', 'cpu memory pids');
    plant('app/own', '');
    expect(cgroupParent({ mountPoint: folder, ownPath: '/app/own' })).toBe(join(folder, 'app'));
    plant('app', 'cpu pids');
    expect(cgroupParent({ mountPoint: folder, ownPath: '/app/own' })).toBeUndefined();
  });

  it('is joined before the command starts, and says whether the kernel killed in it', () => {
    const group = createMemoryCgroup(folder, { name: 'run', limitMiB: 3 });
    expect(readFileSync(join(folder, 'run/memory.max'), 'utf8')).toBe(String(3 * 1024 * 1024));
    expect(group?.prefix.at(-1)).toBe(join(folder, 'run'));
    expect(group?.exceeded()).toBe(false);
    writeFileSync(join(folder, 'run/memory.events'), 'low 0\noom 1\noom_kill 1\n');
    expect(group?.exceeded()).toBe(true);
  });

  it('that cannot be made is done without', () => {
    expect(createMemoryCgroup(join(folder, 'missing'), { name: 'run', limitMiB: 3 })).toBeUndefined();
  });
});

describe('tokens of cores', () => {
  it('are never more than there are, and everybody gets a turn', async () => {
    const cores = createCoreTokens(3);
    let held = 0;
    let most = 0;
    const granted = await Promise.all([2, 2, 5, 1, 1].map((wanted) => cores.hold(wanted, async (count) => {
      held += count;
      most = Math.max(most, held);
      await Promise.resolve();
      held -= count;
      return count;
    })));
    expect(most).toBeLessThanOrEqual(3);
    expect(granted.every((count) => count >= 1)).toBe(true);
    expect(granted[0]).toBe(2);
  });

  it('come back when the work fails', async () => {
    const cores = createCoreTokens(1);
    await expect(cores.hold(1, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await cores.hold(4, (count) => Promise.resolve(count))).toBe(1);
  });
});

describe('the copy of the Python package', () => {
  const source = (): string => join(folder, 'source');
  const data = (): string => join(folder, 'data');
  const install = () => installPackage(source(), { dataFolder: data(), interpreter: 'python3' });
  beforeEach(() => {
    mkdirSync(join(source(), 'lectern_render/blocks/__pycache__'), { recursive: true });
    writeFileSync(join(source(), 'lectern_render/scene.py'), 'one = 1');
    writeFileSync(join(source(), 'lectern_render/blocks/__pycache__/x.pyc'), 'compiled');
    chmodSync(source(), 0o700);
  });

  it('is named by its content and can be read by everybody', () => {
    const first = install();
    expect(readFileSync(join(first.folder, 'lectern_render/scene.py'), 'utf8')).toBe('one = 1');
    expect(statSync(join(first.folder, 'lectern_render')).mode & 0o777).toBe(0o755);
    expect(existsSync(join(first.folder, 'lectern_render/blocks'))).toBe(false);
    expect(readdirSync(join(first.folder, 'lectern_render/__pycache__'))).toHaveLength(1);
    expect(install()).toEqual(first);
    writeFileSync(join(source(), 'lectern_render/scene.py'), 'two = 2');
    expect(install().hash).not.toBe(first.hash);
    expect(readdirSync(join(data(), 'render'))).toHaveLength(2);
  });
});

describe('the folder for folders of one run', () => {
  it('keeps what is in use and loses what a killed run has left', () => {
    const scratch = join(folder, 'scratch');
    mkdirSync(join(scratch, 'run'), { recursive: true });
    prepareScratch(scratch, Date.now());
    expect(readdirSync(scratch)).toEqual(['run']);
    prepareScratch(scratch, Date.now() + 25 * 3600 * 1000);
    expect(readdirSync(scratch)).toEqual([]);
  });
});

describe('the Python environment', () => {
  it('names what a sandbox must be shown besides /usr, and what is installed in it', () => {
    const venv = join(folder, 'venv');
    mkdirSync(join(venv, 'bin'), { recursive: true });
    mkdirSync(join(venv, 'lib/python3.11/site-packages/manim-0.22.0.dist-info'), { recursive: true });
    writeFileSync(join(venv, 'pyvenv.cfg'), 'home = /opt/python/bin\nversion = 3.11.2\n');
    writeFileSync(join(venv, 'bin/python'), '');
    const { folders, distributions } = readPythonEnvironment(join(venv, 'bin/python'));
    expect(folders).toEqual([venv, '/opt/python']);
    expect(distributions).toEqual(['manim-0.22.0']);
  });
});
