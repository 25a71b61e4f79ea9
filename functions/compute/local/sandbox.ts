import type { ResourceLimits } from './limits.ts';

/** The walls of the sandbox, each of which a test may take away to show what it is worth. */
export type Guard =
  | 'filesystem' | 'environment' | 'network' | 'processTable' | 'processCount' | 'memory'
  | 'disk' | 'output' | 'deadline' | 'seccomp' | 'nestedNamespaces' | 'user' | 'clipCheck';

/** What one program may see, use and run. Everything is seen inside under the path that it has outside. */
export interface Confinement {
  /** Folders and files that may be read, besides the system's own. */
  readable: string[];
  /** The one folder of the host that may be written, seen inside as `workFolder`. */
  writable?: string;
  environment: Record<string, string>;
  limits: ResourceLimits;
  command: string[];
  /** Guards taken away: for tests only. */
  without?: readonly Guard[];
}

/** What differs from machine to machine; `readHost` finds it. */
export interface SandboxHost {
  runsAsRoot: boolean;
  /** Read-only folders and files of the system that exist here. */
  systemFolders: string[];
  /** Top-level links of a system whose /bin, /lib and so on stand in /usr: path and target. */
  systemLinks: { path: string; target: string }[];
  /** Every folder at the top of the file system: what is seen where the file-system guard is taken away. */
  everyFolder: string[];
}

/** Whom the sandbox runs as when root starts it: nobody. */
export const SANDBOX_USER_ID = 65534;

/** The descriptor on which bubblewrap tells the number of the sandbox's first process. */
export const TOLD_BY_BUBBLEWRAP = 5;

/** Where the sandbox sees its own, size-limited folder, and the writable folder of the host, if it was given one. */
export const scratchFolder = '/scratch';
export const workFolder = '/work';

const MIB = 1024 * 1024;

/**
 * The command line that runs `confinement.command` in its sandbox: setpriv (as root only), bubblewrap, prlimit. The
 * seccomp filter is expected on file descriptor 3 unless that guard is taken away. Pure.
 *
 * No shell and no search path besides /usr/bin take part. /dev is made read-only after /dev/shm is in place: bubblewrap's
 * own /dev is a writable tmpfs without a size.
 */
export function sandboxArguments(confinement: Confinement, host: SandboxHost): string[] {
  const without = new Set(confinement.without ?? []);
  const dropsRoot = host.runsAsRoot && !without.has('user');
  return [
    ...(dropsRoot ? ['/usr/bin/setpriv', `--reuid=${SANDBOX_USER_ID}`, `--regid=${SANDBOX_USER_ID}`, '--clear-groups', '--'] : []),
    '/usr/bin/bwrap',
    ...namespaceOptions(without),
    ...environmentOptions(confinement, without),
    ...fileOptions(confinement, host),
    ...(without.has('user') ? [] : ['--cap-drop', 'ALL']),
    '--chdir', confinement.writable === undefined ? scratchFolder : workFolder,
    ...(without.has('seccomp') ? [] : ['--seccomp', '3']),
    '--',
    ...limitArguments(confinement.limits, without),
    ...confinement.command,
  ];
}

function namespaceOptions(without: Set<Guard>): string[] {
  return [
    ...(without.has('user') ? [] : ['--unshare-user']),
    '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try',
    ...(without.has('processTable') ? [] : ['--unshare-pid', '--info-fd', String(TOLD_BY_BUBBLEWRAP)]),
    ...(without.has('network') ? [] : ['--unshare-net']),
    ...(without.has('nestedNamespaces') || without.has('user') ? [] : ['--disable-userns']),
    '--die-with-parent', '--new-session',
  ];
}

function environmentOptions({ environment }: Confinement, without: Set<Guard>): string[] {
  return [...(without.has('environment') ? [] : ['--clearenv']), ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value])];
}

function fileOptions(confinement: Confinement, host: SandboxHost): string[] {
  const without = new Set(confinement.without ?? []);
  const tmpfs = (path: string): string[] => [...(without.has('disk') ? [] : ['--size', String(confinement.limits.scratchMiB * MIB)]), '--tmpfs', path];
  const wholeSystem = without.has('filesystem');
  return [
    ...(wholeSystem ? host.everyFolder.flatMap((path) => ['--bind', path, path]) : host.systemFolders.flatMap((path) => ['--ro-bind', path, path])),
    ...host.systemLinks.flatMap(({ path, target }) => ['--symlink', target, path]),
    '--proc', '/proc', '--dev', '/dev', ...tmpfs('/dev/shm'),
    ...(without.has('disk') ? [] : ['--remount-ro', '/dev']),
    ...(wholeSystem ? [] : confinement.readable.flatMap((path) => ['--ro-bind', path, path])),
    ...tmpfs(scratchFolder),
    ...(confinement.writable === undefined ? [] : ['--bind', confinement.writable, workFolder]),
    '--remount-ro', '/',
  ];
}

/** Limits of each process, as arguments of prlimit. The number of processes counts within the sandbox's user namespace. */
export function limitArguments(limits: ResourceLimits, without: ReadonlySet<Guard> = new Set()): string[] {
  return [
    '/usr/bin/prlimit',
    ...(without.has('memory') ? [] : [`--as=${limits.addressSpaceMiB * MIB}`]),
    // The watchdog looks at the processor time first; the kernel's limit stands behind it.
    `--cpu=${Math.ceil(limits.cpuSeconds) + 1}:${Math.ceil(limits.cpuSeconds) + 2}`,
    ...(without.has('disk') ? [] : [`--fsize=${limits.fileMiB * MIB}`]),
    `--nofile=${limits.openFiles}`,
    '--core=0',
    ...(without.has('processCount') ? [] : [`--nproc=${limits.processes}`]),
    '--',
  ];
}
