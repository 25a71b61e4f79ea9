import type { Bill, Costs, PlannedCall } from '../../functions/costs/port.ts';
import { LecternError } from '../../shared/errors.ts';

export interface Entry extends Bill {
  call: PlannedCall;
}

/** The money of one job, kept in memory: a cap that holds, and an entry for every bill. */
export class Ledger implements Costs {
  readonly entries: Entry[] = [];
  readonly #held = new Map<string, number>();
  readonly #capMicroDollars: number;

  constructor(capMicroDollars = 1_000_000_000) {
    this.#capMicroDollars = capMicroDollars;
  }

  get spentMicroDollars(): number {
    return this.entries.reduce((sum, { microDollars }) => sum + microDollars, 0);
  }

  /** Keys of what is set aside and not settled. */
  get held(): string[] {
    return [...this.#held.keys()];
  }

  async reserve({ key, mostMicroDollars }: PlannedCall): Promise<void> {
    if (this.#held.has(key) || this.entries.some(({ call }) => call.key === key)) throw new Error(`The key ${key} was used before.`);
    const held = [...this.#held.values()].reduce((sum, most) => sum + most, 0);
    if (this.spentMicroDollars + held + mostMicroDollars > this.#capMicroDollars) {
      throw new LecternError('cost_cap', { message: 'The job would cost more than it may.', fix: 'Raise its limit.' });
    }
    this.#held.set(key, mostMicroDollars);
  }

  async settle(call: PlannedCall, bill: Bill): Promise<void> {
    if (bill.microDollars > call.mostMicroDollars) throw new Error(`${bill.microDollars} micro-dollars were charged, and ${call.mostMicroDollars} set aside.`);
    this.#held.delete(call.key);
    this.entries.push({ call, ...bill });
  }
}
