import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LecternError } from '../../shared/errors.ts';
import type { EmbeddedFile } from './embed.ts';
import type { ReadSource } from './image-recipe.ts';

/** As .dockerignore has it, for whoever copies without Docker. */
const IGNORED = new Set(['node_modules', '__pycache__', '.pytest_cache', '.ruff_cache', 'tests']);

/** Reads what Dockerfiles copy, out of the checkout. */
export const localContext = (checkout: string): ReadSource => async (source) => {
  const path = join(checkout, source);
  const found = await stat(path).catch((cause: unknown) => {
    throw new LecternError('nothing_to_copy', { message: `The Dockerfile copies ${source}, which is not there.`, fix: 'Run "npm run wheel" if it is the wheel.', cause });
  });
  if (!found.isDirectory()) return { isFolder: false, files: [{ path: basename(source), content: await readFile(path) }] };
  const names = await listFiles(path);
  const files = await Promise.all(names.map(async (name): Promise<EmbeddedFile> => ({ path: name, content: await readFile(join(path, name)) })));
  return { isFolder: true, files };
};

async function listFiles(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  const kept = entries.filter(({ name }) => !IGNORED.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const lists = await Promise.all(kept.map(async (entry) => (entry.isDirectory() ? listFiles(folder, join(prefix, entry.name)) : [join(prefix, entry.name)])));
  return lists.flat();
}
