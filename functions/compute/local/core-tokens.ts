/** A fixed number of cores to share out. */
export interface CoreTokens {
  /** Runs `work` once at least one core is free, with as many of those asked for as are; it gives them back at its end. */
  hold<T>(wanted: number, work: (granted: number) => Promise<T>): Promise<T>;
}

export function createCoreTokens(cores: number): CoreTokens {
  let free = cores;
  const waiting: (() => void)[] = [];
  return {
    async hold(wanted, work) {
      while (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      const granted = Math.min(wanted, free);
      free -= granted;
      try {
        return await work(granted);
      } finally {
        free += granted;
        for (const wake of waiting.splice(0)) wake();
      }
    },
  };
}
