import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, chown, copyFile, lstat, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SANDBOX_USER_ID } from './sandbox.ts';

/** A file that may list other files: concat lists, chapters, filter scripts. */
const LIST_NAME = /\.(txt|ffconcat|ffmeta|ffmetadata|m3u8|filter)$/i;

export interface MediaStage {
  folder: string;
  /** Moves what the tool wrote to where it was asked for. */
  deliver(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * A folder of its own for one run of a media tool: copies of the files that the run names, and room for what it writes. The tool
 * decodes what scene code made and so gets nothing of the host to write on, whoever owns the real folder and wherever that stands.
 * Afterwards new and changed regular files move back; a link or FIFO that was left behind does not.
 *
 * A file belongs to the run when its name occurs in an argument, or in a list that an argument names. On file systems
 * that can, copies share their blocks.
 */
export async function createMediaStage(task: { args: string[]; folder: string }, { scratchFolder, asNobody }: { scratchFolder: string; asNobody: boolean }): Promise<MediaStage> {
  const folder = join(scratchFolder, randomUUID());
  await mkdir(folder, { mode: 0o700 });
  const given = new Map<string, string>();
  for (const name of await namesUsed(task)) {
    const copy = join(folder, name);
    await copyFile(join(task.folder, name), copy, constants.COPYFILE_FICLONE);
    await chmod(copy, 0o600);
    if (asNobody) await chown(copy, SANDBOX_USER_ID, SANDBOX_USER_ID);
    given.set(name, await stateOf(copy));
  }
  if (asNobody) await chown(folder, SANDBOX_USER_ID, SANDBOX_USER_ID);
  return {
    folder,
    deliver: () => deliver(folder, { target: task.folder, given }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function namesUsed({ args, folder }: { args: string[]; folder: string }): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const named = names.filter((name) => args.some((argument) => argument.includes(name)));
  const lists = await Promise.all(named.filter((name) => LIST_NAME.test(name)).map((name) => readFile(join(folder, name), 'utf8')));
  return names.filter((name) => named.includes(name) || lists.some((list) => list.includes(name)));
}

async function stateOf(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs].join(' ');
}

async function deliver(folder: string, { target, given }: { target: string; given: ReadonlyMap<string, string> }): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!(await lstat(path)).isFile() || given.get(name) === (await stateOf(path))) continue;
    await moveInto(path, target);
  }
}

/** The run is over, so nobody can put a link in the file's place any more. */
async function moveInto(path: string, target: string): Promise<void> {
  const partial = join(target, `.${randomUUID()}.partial`);
  const owner = await stat(target);
  try {
    await rename(path, partial);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyFile(path, partial);
  }
  if (process.getuid?.() === 0) await chown(partial, owner.uid, owner.gid);
  await chmod(partial, 0o644);
  await rename(partial, join(target, basename(path)));
}
