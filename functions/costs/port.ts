import type { Phase } from '../../shared/contract/event.ts';

/** A call that costs money, before it is made. */
export interface PlannedCall {
  phase: Phase;
  section?: number | undefined;
  provider: string;
  model: string;
  /** Names the call: in one job it is paid once. */
  key: string;
  /** The most that it can come to. */
  mostMicroDollars: number;
}

/** What a call came to. */
export interface Bill {
  /** What was counted, by name, such as `input_tokens`. */
  units: Record<string, number>;
  microDollars: number;
  /** Found by the hash of its inputs: nothing was bought. */
  cached: boolean;
}

/** The money of one job. Every bill becomes an entry of its ledger. */
export interface Costs {
  /**
   * Sets the most that the call can come to aside, before it is made.
   * @throws LecternError `cost_cap` where that would pass what the job may cost; nothing is set aside then
   */
  reserve(call: PlannedCall): Promise<void>;
  /** Writes the bill down, and frees what was set aside for the call, if anything was. */
  settle(call: PlannedCall, bill: Bill): Promise<void>;
}
