import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { acceptedRequestSchema } from '../../shared/contract/request.ts';

const acceptedSchema = z.object({
  jobId: z.uuid(),
  userId: z.uuid(),
  request: acceptedRequestSchema,
});
/** A job that somebody has been promised. */
export type AcceptedJob = z.infer<typeof acceptedSchema>;
const entrySchema = acceptedSchema.extend({ runner: z.string() });

/** Jobs that processes of this host have accepted and not ended: what a process leaves behind when it is killed. */
export interface Journal {
  /** Stands on disk once it resolves. */
  add(job: AcceptedJob): Promise<void>;
  remove(jobId: string): Promise<void>;
  /** Jobs of processes that are no more; they are ours from then on. */
  adopt(): Promise<AcceptedJob[]>;
}

export function folderJournal(folder: string): Journal {
  const runner = identityOf(process.pid);
  const pathOf = (jobId: string): string => join(folder, `${jobId}.json`);
  const add = async (job: AcceptedJob): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const unfinished = join(folder, `.${randomUUID()}`);
    const file = await open(unfinished, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify({ ...job, runner }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, pathOf(job.jobId));
  };
  return {
    add,
    remove: (jobId) => rm(pathOf(jobId), { force: true }),
    async adopt() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const adopted: AcceptedJob[] = [];
      for (const name of (await readdir(folder)).filter((each) => each.endsWith('.json'))) {
        const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
        // Gone since we looked: its process has ended it.
        if (text === undefined) continue;
        const { runner: owner, ...job } = entrySchema.parse(JSON.parse(text));
        if (owner !== runner && isAlive(owner)) continue;
        await add(job);
        adopted.push(job);
      }
      return adopted;
    },
  };
}

/** A process id and when it started: ids are used again. */
const identityOf = (pid: number): string => `${pid} ${startOf(pid)}`;

function startOf(pid: number): string {
  const path = `/proc/${pid}/stat`;
  // The name in parentheses may hold blanks; the start stands 20 words after it.
  return existsSync(path) ? (readFileSync(path, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '') : '';
}

function isAlive(identity: string): boolean {
  const pid = Number(identity.split(' ')[0]);
  if (!Number.isInteger(pid) || identityOf(pid) !== identity) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
