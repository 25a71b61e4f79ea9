import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

/** bubblewrap names the first process of its sandbox some milliseconds after its own start; it is given up on after so long. */
const LONGEST_START_MILLISECONDS = 5000;

const isRunning = (child: ChildProcess): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null;

/** Kills a process, or a group by its negative number. One that has gone is no error. */
export function killIfThere(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Kills the process group that the child leads. */
export const groupKiller = (child: ChildProcess) => (): void => {
  if (isRunning(child)) killIfThere(-(child.pid as number));
};

/**
 * Kills a sandbox by its first process, with which its whole PID namespace goes, and after which bubblewrap ends by itself. Were
 * bubblewrap killed, that process would go too, but only once it has asked the kernel for this, late in its start: a run that is stopped
 * before would leave it behind. So one that is stopped before it has a first process is killed as soon as it has.
 */
export function sandboxKiller(child: ChildProcess, told: Readable): () => void {
  let [said, isWanted] = ['', false];
  let first: number | undefined;
  const kill = (): void => {
    if (isRunning(child) && first !== undefined) killIfThere(first);
  };
  told.setEncoding('utf8').on('error', () => undefined).on('data', (chunk: string) => {
    said += chunk;
    const number = /"child-pid": (\d+)\D/.exec(said)?.[1];
    if (number === undefined) return;
    first = Number(number);
    // Read to its end, since bubblewrap writes more, and not listened to: nothing else may name what is killed.
    told.removeAllListeners('data').resume();
    if (isWanted) kill();
  });
  return () => {
    isWanted = true;
    kill();
    if (isRunning(child)) setTimeout(() => isRunning(child) && child.kill('SIGKILL'), LONGEST_START_MILLISECONDS).unref();
  };
}
