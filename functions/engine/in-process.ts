import type { Engine, Flow } from './port.ts';

/**
 * The engine of the command line: everything in this process, nothing written down. At most `width` children run at
 * once, started in the order in which they were asked for; aborting `signal` is how a job is cancelled.
 */
export function inProcessEngine(width: number, signal: AbortSignal): Engine {
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = async (): Promise<void> => {
    if (running < width) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  const engine: Engine = {
    async step(_name, work) {
      signal.throwIfAborted();
      return work(signal);
    },
    async child<Input, Output>(flow: Flow<Input, Output>, _key: string, input: Input): Promise<Output> {
      await enter();
      try {
        signal.throwIfAborted();
        return await flow.run(input, engine);
      } finally {
        leave();
      }
    },
  };
  return engine;
}
