import type { Room } from './port.ts';

/** Room for so many at once. */
export function room(width: number): Room {
  const waiting = new Set<() => void>();
  let inside = 0;
  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (inside < width) {
        inside += 1;
        return;
      }
      await new Promise<void>((resolve, reject) => {
        const admit = (): void => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        };
        const giveUp = (): void => {
          waiting.delete(admit);
          reject(signal.reason as Error);
        };
        waiting.add(admit);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
    leave() {
      const [next] = waiting;
      if (next === undefined) inside -= 1;
      else {
        waiting.delete(next);
        next();
      }
    },
  };
}
