import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface PythonEnvironment {
  /** The interpreter as it is called: the one in the virtual environment. */
  interpreter: string;
  /** Folders that a sandbox must be shown for it to run, /usr apart. */
  folders: string[];
  /** `name-version` of everything installed in it, sorted. */
  distributions: string[];
}

/** What belongs to the virtual environment whose interpreter is `interpreter`. Throws where the path is not one. */
export function readPythonEnvironment(interpreter: string): PythonEnvironment {
  const folder = dirname(dirname(interpreter));
  const home = /^home\s*=\s*(.+)$/m.exec(readFileSync(join(folder, 'pyvenv.cfg'), 'utf8'))?.[1]?.trim();
  const base = dirname(dirname(realpathSync(interpreter)));
  const outside = [folder, ...(home === undefined ? [] : [dirname(home)]), base].filter((path) => path !== '/usr' && path !== '/' && !path.startsWith('/usr/'));
  return { interpreter, folders: [...new Set(outside)], distributions: listDistributions(folder) };
}

function listDistributions(folder: string): string[] {
  const libraries = join(folder, 'lib');
  const packages = readdirSync(libraries).map((name) => join(libraries, name, 'site-packages')).filter((path) => existsSync(path));
  return packages.flatMap((path) => readdirSync(path)).filter((name) => name.endsWith('.dist-info')).map((name) => name.replace(/\.dist-info$/, '')).sort();
}
