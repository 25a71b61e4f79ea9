/** A flow that the engine can run by name: what it does in steps, each recorded once it has run. */
export interface Flow<Input, Output> {
  name: string;
  run(input: Input, engine: Engine): Promise<Output>;
}

/**
 * Runs the steps of a job. Inputs and outputs are small JSON (hashes, not media), since an engine may write them
 * down to go on after a crash.
 */
export interface Engine {
  /** Runs `work` unless this step's result is recorded already. */
  step<T>(name: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Runs a flow beside the others, when there is room for it. `key` is unique in the job. */
  child<Input, Output>(flow: Flow<Input, Output>, key: string, input: Input): Promise<Output>;
}

/** Room for so many at once, given in the order in which it was asked for. Several jobs can share it. */
export interface Room {
  /** Resolves when there is room, or rejects with the signal's reason when it is aborted first. */
  enter(signal: AbortSignal): Promise<void>;
  leave(): void;
}
