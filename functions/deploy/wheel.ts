import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LecternError } from '../../shared/errors.ts';

/** The first moment that a wheel's archive can name: with it, equal sources give equal bytes. */
const EPOCH_SECONDS = '315532800';

/**
 * Builds `lectern_render` as a wheel into docker/render/dist, where the Dockerfile copies it from; answers its path.
 * @param python an interpreter of the set-up's environment, which has the build backend
 * @throws LecternError `wheel_failed`
 */
export async function buildWheel(checkout: string, python: string): Promise<string> {
  const source = join(checkout, 'docker/render');
  const folder = join(source, 'dist');
  await mkdir(folder, { recursive: true });
  // Beside its place, and then renamed: two that build at once both end up with a whole one.
  const fresh = await mkdtemp(join(folder, 'new-'));
  try {
    const words = ['-m', 'pip', 'wheel', '--quiet', '--no-deps', '--no-index', '--no-build-isolation', '--wheel-dir', fresh, source];
    await promisify(execFile)(python, words, { env: { PATH: '/usr/bin:/bin', SOURCE_DATE_EPOCH: EPOCH_SECONDS } });
    const [name = ''] = await readdir(fresh);
    await rename(join(fresh, name), join(folder, name));
    return join(folder, name);
  } catch (cause) {
    throw new LecternError('wheel_failed', { message: 'The wheel of lectern_render could not be built.', fix: 'Run "npm run setup", then "npm run wheel" again.', cause });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
