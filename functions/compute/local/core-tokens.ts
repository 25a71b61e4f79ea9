/** Cores that belong to one piece of work for as long as it lasts: one of its own, and others that are lent and called back. */
export interface CoreLease {
  /** How many it may use now. */
  readonly granted: number;
  /** How many could be put to use. What others do not need is granted, then and later. */
  want(count: number): void;
  /** Only so many are still in use: what was called back goes to whoever waits. */
  giveBackTo(count: number): void;
  release(): void;
}

/** A fixed number of cores to share out. */
export interface CoreTokens {
  readonly total: number;
  /** Runs `work` once at least one core is free, with as many of those asked for as are; it gives them back at its end. */
  hold<T>(wanted: number, work: (granted: number) => Promise<T>): Promise<T>;
  /** Waits for one core. `onGranted` hears of each that is added to it or called back later. Rejects on abort. */
  lease(signal: AbortSignal, onGranted: (granted: number) => void): Promise<CoreLease>;
}

interface Holder {
  /** What counts as taken; more than `granted` from a call back until that is answered. */
  taken: number;
  granted: number;
  wanted: number;
  tell: (granted: number) => void;
}

interface Pool {
  free: number;
  /** First come, first served; all of them before anybody gets a second core. */
  waiting: (() => void)[];
  holders: Set<Holder>;
}

export function createCoreTokens(cores: number): CoreTokens {
  const pool: Pool = { free: cores, waiting: [], holders: new Set() };
  const put = (count: number): void => {
    pool.free += count;
    shareOut(pool);
  };
  return {
    total: cores,
    async hold(wanted, work) {
      const waited = pool.free === 0;
      if (waited) await takeOne(pool);
      const more = Math.min(waited ? wanted - 1 : wanted, pool.free);
      pool.free -= more;
      const granted = waited ? 1 + more : more;
      try {
        return await work(granted);
      } finally {
        put(granted);
      }
    },
    async lease(signal, onGranted) {
      await takeOne(pool, signal);
      const holder: Holder = { taken: 1, granted: 1, wanted: 1, tell: onGranted };
      pool.holders.add(holder);
      return leaseOf(pool, holder);
    },
  };
}

function leaseOf(pool: Pool, holder: Holder): CoreLease {
  const shrinkTo = (count: number): void => {
    const freed = Math.max(0, holder.taken - count);
    holder.taken -= freed;
    holder.granted = Math.min(holder.granted, Math.max(1, count));
    pool.free += freed;
    shareOut(pool);
  };
  return {
    get granted() {
      return holder.granted;
    },
    want(count) {
      holder.wanted = count;
      shrinkTo(Math.max(count, 1));
    },
    giveBackTo: (count) => shrinkTo(Math.max(1, count)),
    release() {
      if (pool.holders.delete(holder)) shrinkTo(0);
    },
  };
}

async function takeOne(pool: Pool, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (pool.free > 0) {
    pool.free -= 1;
    return;
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const leave = (): void => {
    pool.waiting.splice(pool.waiting.indexOf(resolve), 1);
    reject(signal?.reason as Error);
  };
  pool.waiting.push(resolve);
  signal?.addEventListener('abort', leave, { once: true });
  shareOut(pool);
  try {
    await promise;
  } finally {
    signal?.removeEventListener('abort', leave);
  }
}

function shareOut(pool: Pool): void {
  while (pool.free > 0 && pool.waiting.length > 0) {
    pool.free -= 1;
    pool.waiting.shift()?.();
  }
  if (pool.waiting.length > 0) callBack(pool);
  else lend(pool);
}

/** One core for each that waits, from those who have most; those that were called back already count. */
function callBack({ waiting, holders }: Pool): void {
  let missing = waiting.length - [...holders].reduce((sum, { taken, granted }) => sum + taken - granted, 0);
  while (missing > 0) {
    const richest = [...holders].filter(({ granted }) => granted > 1).sort((one, other) => other.granted - one.granted)[0];
    if (richest === undefined) return;
    missing -= 1;
    richest.granted -= 1;
    richest.tell(richest.granted);
  }
}

/** What nobody waits for goes to those who can use it, evenly. */
function lend(pool: Pool): void {
  while (pool.free > 0) {
    const next = [...pool.holders].filter(({ wanted, taken }) => wanted > taken).sort((one, other) => one.taken - other.taken)[0];
    if (next === undefined) return;
    pool.free -= 1;
    next.taken += 1;
    next.granted += 1;
    next.tell(next.granted);
  }
}
