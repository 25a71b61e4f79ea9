/** Wakes one who waits. A ring before the wait is not lost. */
export interface Doorbell {
  ring(): void;
  /** Resolves at a ring, after the time at the latest, or when the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export function doorbell(): Doorbell {
  let rung = false;
  let answer: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      answer?.();
    },
    async wait(milliseconds, signal) {
      if (!rung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          answer = () => {
            clearTimeout(timer);
            resolve();
          };
          signal.addEventListener('abort', answer, { once: true });
        });
        if (answer) signal.removeEventListener('abort', answer);
        answer = undefined;
      }
      rung = false;
    },
  };
}
