import { describe, expect, it } from 'vitest';
import { sectionLimits, texLimits } from '../../functions/compute/local/limits.ts';
import { sandboxArguments, type Confinement, type Guard, type SandboxHost } from '../../functions/compute/local/sandbox.ts';

const host: SandboxHost = {
  runsAsRoot: true,
  systemFolders: ['/usr', '/etc/fonts'],
  systemLinks: [{ path: '/bin', target: 'usr/bin' }],
  everyFolder: ['/usr', '/etc', '/home'],
};
const confinement: Confinement = { readable: ['/opt/venv'], environment: { LANG: 'C.UTF-8' }, limits: texLimits(1), command: ['/usr/bin/true', 'x'] };
const without = (...guards: Guard[]): string[] => sandboxArguments({ ...confinement, without: guards }, host);
const text = (argv: string[]): string => argv.join(' ');
const whole = sandboxArguments(confinement, host);

describe('the command line of a sandbox', () => {
  it('drops root before anything else, and only root', () => {
    expect(whole.slice(0, 4)).toEqual(['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']);
    expect(sandboxArguments(confinement, { ...host, runsAsRoot: false })[0]).toBe('/usr/bin/bwrap');
  });

  it('ends with the limits and then the command, as it was given', () => {
    const limits = whole.slice(whole.indexOf('/usr/bin/prlimit'));
    expect(limits.at(-3)).toBe('--');
    expect(limits.slice(-2)).toEqual(confinement.command);
    expect(text(limits)).toContain('--core=0');
    expect(text(limits)).toMatch(/--as=\d+ --cpu=\d+:\d+ --fsize=\d+ --nofile=\d+/);
  });

  it('mounts nothing that can be written but folders with a size, unless one is given', () => {
    expect(whole).not.toContain('--bind');
    const tmpfs = whole.flatMap((word, index) => (word === '--tmpfs' ? [{ sized: whole[index - 2], path: whole[index + 1] }] : []));
    expect(tmpfs).toEqual([{ sized: '--size', path: '/dev/shm' }, { sized: '--size', path: '/scratch' }]);
    expect(text(sandboxArguments({ ...confinement, writable: '/data/stage' }, host))).toContain('--bind /data/stage /work');
  });

  it('closes the root and /dev only after everything is mounted in them', () => {
    const closed = (path: string): number => whole.findIndex((word, index) => word === '--remount-ro' && whole[index + 1] === path);
    expect(closed('/dev')).toBeGreaterThan(whole.indexOf('/dev/shm'));
    expect(closed('/')).toBeGreaterThan(whole.lastIndexOf('--tmpfs'));
    expect(closed('/')).toBeGreaterThan(whole.lastIndexOf('--ro-bind'));
  });

  it('starts from an empty environment', () => {
    expect(whole.indexOf('--clearenv')).toBeLessThan(whole.indexOf('--setenv'));
    expect(text(whole)).toContain('--setenv LANG C.UTF-8');
  });

  it.each<[Guard, string]>([
    ['network', '--unshare-net'],
    ['processTable', '--unshare-pid'],
    ['nestedNamespaces', '--disable-userns'],
    ['environment', '--clearenv'],
    ['seccomp', '--seccomp'],
    ['user', '/usr/bin/setpriv'],
    ['disk', '--size'],
    ['processCount', `--nproc=${confinement.limits.processes}`],
    ['memory', `--as=${confinement.limits.addressSpaceMiB * 1024 * 1024}`],
  ])('has %s as %s, and nothing else has it', (guard, word) => {
    expect(whole).toContain(word);
    expect(without(guard)).not.toContain(word);
    const others: Guard[] = (['network', 'processTable', 'environment', 'seccomp', 'disk', 'processCount', 'memory'] as const).filter((other) => other !== guard);
    for (const other of others) expect(without(other)).toContain(word);
  });
});

describe('the limits of a section', () => {
  const size = (width: number, height: number, totalFrames: number) => sectionLimits({ profile: { width, height }, totalFrames });

  it('grow with its frames and their size', () => {
    expect(size(854, 480, 405).cpuSeconds).toBeGreaterThanOrEqual(100);
    expect(size(1920, 1080, 1620).cpuSeconds).toBeGreaterThan(4 * size(854, 480, 405).cpuSeconds);
    expect(size(1920, 1080, 1620).memoryMiB).toBeGreaterThan(size(854, 480, 405).memoryMiB);
  });

  it('give the clock more than the processor', () => {
    const limits = size(1280, 720, 900);
    expect(limits.wallSeconds).toBeGreaterThan(limits.cpuSeconds);
  });
});
