import { costCap } from './cost-cap.ts';
import type { Bill, Costs, PlannedCall } from './port.ts';

export interface KeptBill {
  call: PlannedCall;
  bill: Bill;
}

/** The money of one job of this process, with nothing behind it. */
export interface MemoryCosts extends Costs {
  readonly spentMicroDollars: number;
  /** What is set aside for calls under way. */
  readonly reservedMicroDollars: number;
  readonly bills: readonly KeptBill[];
}

/** The costs of a job that no store knows of. @param capMicroDollars what it may cost at most; no cap where absent */
export function memoryCosts({ capMicroDollars }: { capMicroDollars?: number | undefined } = {}): MemoryCosts {
  const bills: KeptBill[] = [];
  const billedKeys = new Set<string>();
  const reserved = new Map<string, number>();
  const sum = (amounts: Iterable<number>): number => [...amounts].reduce((total, amount) => total + amount, 0);
  const spentMicroDollars = (): number => sum(bills.map(({ bill }) => bill.microDollars));

  return {
    get spentMicroDollars() {
      return spentMicroDollars();
    },
    get reservedMicroDollars() {
      return sum(reserved.values());
    },
    bills,
    async reserve({ key, mostMicroDollars }) {
      reserved.delete(key);
      const reached = { spentMicroDollars: spentMicroDollars(), reservedMicroDollars: sum(reserved.values()), mostMicroDollars };
      const total = reached.spentMicroDollars + reached.reservedMicroDollars + mostMicroDollars;
      if (capMicroDollars !== undefined && total > capMicroDollars) throw costCap({ ...reached, capMicroDollars });
      reserved.set(key, mostMicroDollars);
    },
    async settle(call, bill) {
      const isReserved = reserved.delete(call.key);
      if (!isReserved && billedKeys.has(call.key)) return;
      billedKeys.add(call.key);
      bills.push({ call, bill });
    },
  };
}
