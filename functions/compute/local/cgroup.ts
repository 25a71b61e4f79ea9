import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const MIB = 1024 * 1024;

export interface MemoryCgroup {
  /** Put before a command line: joins the group, then becomes the command. */
  prefix: string[];
  /** Sets the limit anew. */
  limit(limitMiB: number): void;
  /** Whether the kernel killed something in it for lack of memory. */
  exceeded(): boolean;
  remove(): void;
}

export interface CgroupFiles {
  /** Contents of /proc/self/cgroup and /proc/self/mountinfo. */
  selfCgroup: string;
  mountInfo: string;
}

/** Where the version 2 hierarchy is mounted and where in it this process stands; `undefined` without one. */
export function findCgroup({ selfCgroup, mountInfo }: CgroupFiles): { mountPoint: string; ownPath: string } | undefined {
  const own = /^0::(\/.*)$/m.exec(selfCgroup)?.[1];
  const mount = mountInfo.split('\n').find((line) => line.includes(' - cgroup2 '))?.split(' ')[4];
  return own === undefined || mount === undefined ? undefined : { mountPoint: mount, ownPath: own };
}

/**
 * The folder in which a group with a memory limit can be made: this process's own, or the one above it, provided that the
 * memory controller is handed down there and that it may be written. A group with processes of its own hands nothing
 * down, so it is mostly the one above.
 */
export function cgroupParent({ mountPoint, ownPath }: { mountPoint: string; ownPath: string }): string | undefined {
  const own = join(mountPoint, ownPath);
  const candidates = own === mountPoint ? [own] : [own, dirname(own)];
  return candidates.find((folder) => handsDownMemory(folder) && mayWrite(folder));
}

function handsDownMemory(folder: string): boolean {
  const controllers = join(folder, 'cgroup.subtree_control');
  return existsSync(controllers) && readFileSync(controllers, 'utf8').trim().split(' ').includes('memory');
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A group of its own for one run. Answers `undefined` where none can be had, which is no error: the watchdog holds the
 * limit there, and it goes on watching here as well.
 */
export function createMemoryCgroup(parent: string, { name, limitMiB }: { name: string; limitMiB: number }): MemoryCgroup | undefined {
  const folder = join(parent, name);
  const limit = (mib: number): void => writeFileSync(join(folder, 'memory.max'), String(mib * MIB));
  try {
    mkdirSync(folder);
    limit(limitMiB);
    if (existsSync(join(folder, 'memory.swap.max'))) writeFileSync(join(folder, 'memory.swap.max'), '0');
  } catch {
    removeQuietly(folder);
    return undefined;
  }
  return {
    prefix: ['/bin/sh', '-c', 'echo $$ 2>/dev/null > "$0/cgroup.procs"; exec "$@"', folder],
    limit,
    exceeded: () => /^oom_kill [1-9]/m.test(readIfThere(join(folder, 'memory.events'))),
    remove: () => removeQuietly(folder),
  };
}

const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** A group that still holds a dying process cannot be removed yet; an empty one left behind costs nothing. */
function removeQuietly(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    return;
  }
}
