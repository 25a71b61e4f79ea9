import type { Engine, Flow, Room } from './port.ts';

/**
 * An engine that runs everything in this process and writes nothing down. Children run when there is room for them, in the
 * order in which they were asked for; aborting `signal` is how a job is cancelled.
 */
export function inProcessEngine(place: Room, signal: AbortSignal): Engine {
  const engine: Engine = {
    async step(_name, work) {
      signal.throwIfAborted();
      return work(signal);
    },
    async child<Input, Output>(flow: Flow<Input, Output>, _key: string, input: Input): Promise<Output> {
      await place.enter(signal);
      try {
        return await flow.run(input, engine);
      } finally {
        place.leave();
      }
    },
  };
  return engine;
}
