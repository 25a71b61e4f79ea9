import type { RenderName } from './specification.ts';

export interface ClaimWish extends RenderName {
  app: string;
  image: string;
  /** What one that was started ahead must have left of its life. */
  secondsNeeded: number;
}

export interface ClaimedSandbox {
  sandboxId: string;
  /** Since when it works for this render. */
  claimedAt: Date;
  /** It was claimed for this very render before, by this process or by one that is no more. */
  isFound: boolean;
}

export interface PoolWish {
  /** A uuid of the process that keeps them. */
  owner: string;
  app: string;
  image: string;
  /** How many are to wait, those that are being started included. */
  target: number;
  /** After how long of waiting one is ended. */
  ageSeconds: number;
  lifetimeSeconds: number;
}

export interface PoolChange {
  /** Names of those that are to be started. */
  start: string[];
  /** Ids of those that are to be ended. */
  end: string[];
}

/** Which sandbox works for which render, and which wait for one: known to all processes of a store. */
export interface SandboxClaims {
  /** The sandbox that works for this render already, or one that was started ahead. */
  claim(wish: ClaimWish): Promise<ClaimedSandbox | undefined>;
  /** One that was made for this render. */
  add(sandbox: ClaimWish & { sandboxId: string; lifetimeSeconds: number }): Promise<void>;
  remove(sandboxId: string): Promise<void>;
  /** What is to be done so that as many wait as are wanted. */
  keep(wish: PoolWish): Promise<PoolChange>;
  /** One that was started ahead can be claimed from now on; false where it is not wanted any more. */
  ready(name: string, sandboxId: string): Promise<boolean>;
  /** The image of a job: that which it began with. */
  imageOf(job: { jobId: string; app: string; image: string }): Promise<string>;
  /** Ids of all that work or wait. */
  known(): Promise<string[]>;
}
