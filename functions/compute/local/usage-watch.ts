import { memoryMiB, readProcesses, readTree, treeOf, type ProcessState } from './process-tree.ts';

const INTERVAL_MILLISECONDS = 100;
/** Every so often all processes of the machine are read, which costs some milliseconds, so that none stays hidden. */
const LOOKS_UNTIL_ALL = 10;

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
 * kernel's warning. It looks every 100 ms; without anything to watch it rests.
 */
export function createUsageWatch(): UsageWatch {
  const watchedNow = new Set<Watched>();
  let timer: NodeJS.Timeout | undefined;
  let looks = 0;

  const look = (): void => {
    looks += 1;
    const all = looks % LOOKS_UNTIL_ALL === 0 ? readProcesses() : undefined;
    for (const watched of watchedNow) compare(watched, all === undefined ? readTree(watched.rootId) : treeOf(watched.rootId, all));
  };
  const stop = (watched: Watched): void => {
    watchedNow.delete(watched);
    if (watchedNow.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  return {
    watch(watched) {
      watchedNow.add(watched);
      timer ??= setInterval(look, INTERVAL_MILLISECONDS);
      return () => stop(watched);
    },
  };
}

function compare(watched: Watched, tree: ReadonlyMap<number, ProcessState>): void {
  if ([...tree.values()].some(({ cpuSeconds }) => cpuSeconds > watched.cpuSeconds)) watched.onCpu();
  const usedMiB = memoryMiB([...tree.keys()], watched.memoryMiB);
  if (usedMiB > watched.memoryMiB) watched.onMemory(usedMiB);
}
