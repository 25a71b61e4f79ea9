import { memoryMiB, processTree, readProcesses, type ProcessState } from './process-tree.ts';

const INTERVAL_MILLISECONDS = 100;

export interface Watched {
  rootId: number;
  /** Of all processes together. */
  memoryMiB: number;
  /** Of each process. */
  cpuSeconds: number;
  onMemory: (usedMiB: number) => void;
  onCpu: () => void;
}

export interface UsageWatch {
  /** Watches the process tree under `rootId` until the function that it answers is called. */
  watch(watched: Watched): () => void;
}

/**
 * The watchdog of total memory, for machines where no cgroup can be had, and of processor time, since a process may ignore the
 * kernel's warning. One reading of the process table every 100 ms serves all the sandboxes that are running; without any it rests.
 */
export function createUsageWatch(): UsageWatch {
  const watchedNow = new Set<Watched>();
  let timer: NodeJS.Timeout | undefined;

  const stop = (watched: Watched): void => {
    watchedNow.delete(watched);
    if (watchedNow.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  return {
    watch(watched) {
      watchedNow.add(watched);
      timer ??= setInterval(() => {
        const processes = readProcesses();
        for (const each of watchedNow) compare(each, processes);
      }, INTERVAL_MILLISECONDS);
      return () => stop(watched);
    },
  };
}

function compare(watched: Watched, processes: ReadonlyMap<number, ProcessState>): void {
  const tree = processTree(watched.rootId, processes);
  if (tree.some((processId) => (processes.get(processId)?.cpuSeconds ?? 0) > watched.cpuSeconds)) watched.onCpu();
  const usedMiB = memoryMiB(tree, watched.memoryMiB);
  if (usedMiB > watched.memoryMiB) watched.onMemory(usedMiB);
}
