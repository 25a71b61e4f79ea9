import type { SandboxSize } from './specification.ts';

/** What a sandbox was used for, and how long it was paid for that. */
export interface SandboxUse {
  sandboxId: string;
  role: 'render' | 'tex';
  /** Of formulas it is not known which section they are for. */
  section?: number | undefined;
  size: SandboxSize;
  seconds: number;
}
