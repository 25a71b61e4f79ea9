import type { MachineMaker } from './machine.ts';

/** How the emulator behaves; everything may be changed while it runs. */
export interface Settings {
  /** What `x-modal-token-id` and `-secret` have to be. */
  token: { id: string; secret: string };
  /** Lifetime of the tokens for control calls, and of those for one sandbox. */
  controlTokenSeconds: number;
  routerTokenSeconds: number;
  /** How long it takes until what was committed into a volume can be seen by others. */
  volumeDelayMilliseconds: number;
  /** How long a sandbox takes to be created. */
  createMilliseconds: number;
  /** Why images cannot be built, when they cannot. */
  imageBuildFault: string | undefined;
  makeMachine: MachineMaker;
}
