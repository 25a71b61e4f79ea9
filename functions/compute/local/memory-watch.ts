import { memoryMiB, processTree, readParents } from './process-tree.ts';

const INTERVAL_MILLISECONDS = 100;

interface Watched {
  rootId: number;
  limitMiB: number;
  onExceeded: (usedMiB: number) => void;
}

export interface MemoryWatch {
  /** Watches the process tree under `rootId` until the function that it answers is called. */
  watch(watched: Watched): () => void;
}

/**
 * The watchdog of total memory, for machines where no cgroup can be had: one reading of the process table every 100 ms,
 * shared by all the sandboxes that are running. It runs only while something is watched.
 */
export function createMemoryWatch(): MemoryWatch {
  const watchedNow = new Set<Watched>();
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    const parents = readParents();
    for (const watched of watchedNow) {
      const usedMiB = memoryMiB(processTree(watched.rootId, parents), watched.limitMiB);
      if (usedMiB > watched.limitMiB) watched.onExceeded(usedMiB);
    }
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
