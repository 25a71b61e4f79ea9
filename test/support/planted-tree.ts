import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

export type Files = Record<string, string>;

/**
 * A folder of its own that holds the given files and the named ones of this checkout, for checks that have to find what
 * was planted. It is removed when the test ends.
 */
export async function plantTree(files: Files, fromCheckout: { copied: string[]; linked?: string[] }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-planted-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of fromCheckout.copied) await cp(join(checkout, name), join(folder, name), { recursive: true });
  for (const name of fromCheckout.linked ?? []) await symlink(join(checkout, name), join(folder, name));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a script of this checkout in another folder, with Node or the interpreter given. */
export function runScript(script: string, words: string[], place: { folder: string; interpreter?: string }): Promise<Ran> {
  const { folder, interpreter = process.execPath } = place;
  return new Promise((resolve) => {
    execFile(interpreter, [join(checkout, script), ...words], { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
