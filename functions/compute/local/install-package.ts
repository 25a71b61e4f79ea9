import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { sha256 } from './content-address.ts';

const PACKAGE = 'lectern_render';

export interface InstalledPackage {
  /** The folder to put on PYTHONPATH. */
  folder: string;
  /** Hash of all its sources. */
  hash: string;
}

/**
 * Copies the Python package `lectern_render` out of `sourceFolder` into a folder under `dataFolder` that is named by its content and
 * readable by everybody: the sandbox's user may not be able to enter the checkout, and a run in progress keeps its version. It is
 * compiled by `interpreter` once, here, since no worker can write what it compiles.
 */
export function installPackage(sourceFolder: string, { dataFolder, interpreter }: { dataFolder: string; interpreter: string }): InstalledPackage {
  const files = listFiles(join(sourceFolder, PACKAGE)).map((path) => ({ name: relative(sourceFolder, path), content: readFileSync(path) }));
  const hash = sha256(...files.map(({ name, content }) => `${name} ${sha256(content.toString('base64'))}`));
  const folder = join(dataFolder, 'render', hash.slice(0, 16));
  if (!existsSync(folder)) copy(files, { folder, interpreter });
  return { folder, hash };
}

function listFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== '__pycache__');
  return entries.flatMap((entry) => (entry.isDirectory() ? listFiles(join(folder, entry.name)) : [join(folder, entry.name)])).sort();
}

/** Written beside its place and then renamed: two processes that do this at once both end up with a whole copy. */
function copy(files: { name: string; content: Buffer }[], { folder, interpreter }: { folder: string; interpreter: string }): void {
  const partial = `${folder}.${randomUUID()}`;
  for (const { name, content } of files) {
    const path = join(partial, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode: 0o644 });
  }
  // Never out of date, because the folder is named by its content; tracebacks name the place in which it is going to stand. What cannot be
  // compiled fails in the worker, which tells why.
  spawnSync(interpreter, ['-I', '-m', 'compileall', '-q', '--invalidation-mode', 'unchecked-hash', '-s', partial, '-p', folder, partial], { stdio: 'ignore' });
  makeReadable(partial);
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) makeReadable(join(folder, entry.name));
    else chmodSync(join(folder, entry.name), 0o644);
  }
}
