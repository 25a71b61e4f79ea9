import { createUser } from './jobs.ts';
import { recordedServers, type StackChild, startStackChild, until } from './stack-child.ts';
import { startTestStack } from './supabase.ts';
import { lostOf, startLoad } from './store-load.ts';

export interface CrashFigures {
  acknowledgedRows: number;
  acknowledgedFiles: number;
  /** Requests that were refused while something was down: without any, nothing was shown. */
  refused: number;
  lost: string[];
}

/**
 * Kills Postgres, PostgREST and the process with the gateway in turn, each under load and each without warning, and
 * looks afterwards for everything that had been acknowledged.
 */
export const crashRounds = async (folder: string, rounds: number): Promise<CrashFigures> => {
  let child: StackChild = await startStackChild(folder);
  try {
    const user = await createUser(child.service);
    const load = startLoad(child.service, user.id);
    const files = () => load.acknowledged.files.length;
    const more = async () => {
      const before = files();
      await until(() => files() >= before + 3, 60_000);
    };
    for (let round = 0; round < rounds; round++) {
      for (const name of ['postgres', 'postgrest'] as const) {
        await more();
        await until(() => wasKilled(recordedServers(folder)[name].pid));
      }
      await more();
      child.process.kill('SIGKILL');
      await child.ended;
      child = await startStackChild(folder);
      load.use(child.service);
    }
    await more();
    await load.stop();
    const lost = await lostOf(child.service, load.acknowledged);
    const { jobs, events } = load.acknowledged;
    return { acknowledgedRows: jobs.length + events.length, acknowledgedFiles: files(), refused: load.refused(), lost };
  } finally {
    child.process.kill('SIGKILL');
    await child.ended;
    await clearAway(folder);
  }
};

/** False for one that has gone by itself: the mending of what was killed before may have replaced it. */
const wasKilled = (pid: number): boolean => {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
};

/** Adopts what runs on the folder, and stops it. */
const clearAway = async (folder: string): Promise<void> => {
  const stack = await startTestStack(folder);
  await stack.stop();
};
