/**
 * Carries out the steps of both images in a Debian of its own, where there is no container engine: the very commands that
 * are sent to Modal, then a scene in what became of docker/render/Dockerfile, and a film by the service in what became of
 * docker/service/Dockerfile on top of it. As root, with debootstrap; a quarter of an hour.
 *
 *   node test/images/run.ts [--write-locks] [--keep]
 *
 *   --write-locks   writes docker/{render,service}/debian.lock anew, from what the mirror of this machine has today
 *   --keep          leaves the root in place, and says where
 */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDockerfile } from '../../functions/deploy/dockerfile.ts';
import { imageRecipe } from '../../functions/deploy/image-recipe.ts';
import { localContext } from '../../functions/deploy/local-context.ts';
import { buildWheel } from '../../functions/deploy/wheel.ts';
import { readSetup } from '../../scripts/read-setup.ts';
import { buildIn, type BuildState } from './build.ts';
import { checkRender } from './check-render.ts';
import { checkService } from './check-service.ts';
import { makeRoot, type Root } from './root.ts';

const options = process.argv.slice(2);
const writesLocks = options.includes('--write-locks');
const log = (text: string): void => void process.stdout.write(text);

/** Sorted, each package once. */
async function takeLock(root: Root, image: string): Promise<void> {
  const lines = (await readFile(join(root.folder, 'opt/lectern/build/debian.lock'), 'utf8')).split('\n').filter((line) => line !== '');
  await writeFile(`docker/${image}/debian.lock`, `${[...new Set(lines)].sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join('\n')}\n`);
}

async function build(root: Root, image: string, before?: BuildState): Promise<BuildState> {
  log(`== docker/${image}/Dockerfile\n`);
  if (writesLocks) await writeFile(`docker/${image}/debian.lock`, '');
  const { LECTERN_DEBIAN_ARCHIVE = '', LECTERN_DEBIAN_SECURITY = '', ...carried } = root.carried;
  const recipe = await imageRecipe(parseDockerfile(await readFile(`docker/${image}/Dockerfile`, 'utf8')), localContext('.'));
  const building = {
    root: { ...root, carried: { ...carried, ...(writesLocks && { LECTERN_WRITE_LOCK: 'yes' }) } },
    buildArguments: { LECTERN_DEBIAN_ARCHIVE, LECTERN_DEBIAN_SECURITY },
    log,
  };
  const state = await buildIn(building, recipe, before);
  if (writesLocks) await takeLock(root, image);
  return state;
}

const started = performance.now();
await buildWheel('.', (await readSetup()).python);
const root = await makeRoot();
try {
  const render = await build(root, 'render');
  const clip = await checkRender(root, render);
  await copyFile(clip, '/var/tmp/lectern-images/scene.mp4');
  log('ok: the render image draws the test scene (/var/tmp/lectern-images/scene.mp4)\n');
  const service = await build(root, 'service', render);
  log(`ok: ${await checkService(root, service)}\n`);
  log(`All steps ran, in ${((performance.now() - started) / 60_000).toFixed(1)} minutes.\n`);
} finally {
  if (options.includes('--keep')) log(`The root is in ${root.folder}.\n`);
  else await root.remove();
}
