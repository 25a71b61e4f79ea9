import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = '.owner';

/** Writes down in a work folder which process it belongs to. */
export async function signFolder(folder: string): Promise<void> {
  await writeFile(join(folder, NAME), `${process.pid} ${await startOf(process.pid)}`);
}

/** Whether the process is there that a work folder belongs to; undefined where the folder does not say. */
export async function isOwned(folder: string): Promise<boolean | undefined> {
  const owner = await readFile(join(folder, NAME), 'utf8').catch(() => '');
  const [id, start] = owner.split(' ');
  const pid = Number(id);
  if (owner === '' || !Number.isInteger(pid) || pid <= 0) return undefined;
  if (start !== (await startOf(pid))) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else's is one all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When a process started, since ids are used again; empty where the system does not say. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may hold blanks; the start stands 20 words after it.
  return text.split(') ').at(-1)?.split(' ')[19] ?? '';
}
