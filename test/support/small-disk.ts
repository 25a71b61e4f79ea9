import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** Mounting takes root, and a container that lets root do it. */
export const canMountDisks = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

export interface SmallDisk {
  /** A folder on it that everybody may enter. */
  folder: (name: string) => string;
  /** Fills it but for so many bytes. */
  fill: (bytesLeft: number) => void;
  /** Makes the room again that filling took. */
  free: () => void;
  remove: () => void;
}

/** A disk of its own, in memory, of so many megabytes. */
export function openSmallDisk(path: string, megabytes: number): SmallDisk {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'lectern-test', path]);
  const filler = join(path, 'filler');
  const free = (): void => rmSync(filler, { force: true });
  return {
    folder(name) {
      mkdirSync(join(path, name), { recursive: true });
      chmodSync(join(path, name), 0o755);
      return join(path, name);
    },
    fill(bytesLeft) {
      free();
      const { bavail, bsize } = statfsSync(path);
      const filling = spawnSync('fallocate', ['--length', String(Math.max(1, bavail * bsize - bytesLeft)), filler]);
      // Others may have written meanwhile: then there is no room left at all.
      if (filling.status !== 0) spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64K']);
    },
    free,
    remove: () => void execFileSync('umount', ['--lazy', path]),
  };
}
