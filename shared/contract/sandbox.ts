/** Which section, of which job, and by which code: each render has one sandbox. */
export interface RenderName {
  jobId: string;
  section: number;
  /** Names everything that goes into the clip: another take of the section is another render. */
  renderKey: string;
}

export interface SandboxClaim extends RenderName {
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

export interface WaitingSandboxes {
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

/** Which sandbox works for which render, and which wait for one: known to all processes of a store. */
export interface SandboxClaims {
  /** The sandbox that works for this render already, or one that was started ahead. */
  claim(wish: SandboxClaim): Promise<ClaimedSandbox | undefined>;
  /** One that was made for this render. */
  add(sandbox: SandboxClaim & { sandboxId: string; lifetimeSeconds: number }): Promise<void>;
  remove(sandboxId: string): Promise<void>;
  /** Names of those that are to be started, and ids of those that are to be ended, so that as many wait as are wanted. */
  keep(wish: WaitingSandboxes): Promise<{ start: string[]; end: string[] }>;
  /** One that was started ahead can be claimed from now on; false where it is not wanted any more. */
  ready(name: string, sandboxId: string): Promise<boolean>;
  /** The image that a job began with: the one given, where it begins now. */
  imageOf(job: { jobId: string; app: string; image: string }): Promise<string>;
  /** Ids of all that work or wait. */
  known(): Promise<string[]>;
  /** Names of those that are being started ahead. */
  starting(): Promise<string[]>;
}
