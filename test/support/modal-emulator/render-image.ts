import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { installPackage } from '../../../functions/compute/local/install-package.ts';
import { readPythonEnvironment } from '../../../functions/compute/local/python-environment.ts';
import type { ImageContents } from './bubblewrap-machine.ts';

const checkout = new URL('../../..', import.meta.url).pathname;
const setupSchema = z.object({ python: z.string(), dataFolder: z.string() });

/** What the render image holds, taken from this host: Manim's Python first on the path, and the package that draws. */
export function renderImage(): ImageContents {
  const { python, dataFolder } = setupSchema.parse(JSON.parse(readFileSync(join(checkout, '.lectern/setup.json'), 'utf8')));
  const { interpreter, folders } = readPythonEnvironment(python);
  const installed = installPackage(join(checkout, 'docker/render'), dataFolder);
  return {
    folders: [...folders, installed.folder],
    environment: { PATH: `${join(interpreter, '..')}:/usr/bin:/bin`, PYTHONPATH: installed.folder, PYTHONDONTWRITEBYTECODE: '1', LANG: 'C.UTF-8', OPENBLAS_NUM_THREADS: '1' },
  };
}
