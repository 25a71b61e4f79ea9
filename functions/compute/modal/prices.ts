import type { SandboxUse } from './use.ts';

/** USD a second; billed is what a sandbox reserves, or uses where that is more. */
interface SandboxPrices {
  coreSecond: number;
  gibibyteSecond: number;
  /** The day on which they were read. */
  pricedOn: string;
}

/** Modal's list prices of sandboxes: modal.com/pricing. A core is a physical one. */
export const sandboxPrices: SandboxPrices = { coreSecond: 0.00003942, gibibyteSecond: 0.00000672, pricedOn: '2026-11-20' };

const MIB_A_GIB = 1024;
const MICRO = 1_000_000;

/** What the use of a sandbox costs. */
export function billOf({ size: { cpu, memoryMiB }, seconds }: SandboxUse): { units: Record<string, number>; microDollars: number } {
  const coreSeconds = cpu * seconds;
  const gibibyteSeconds = (memoryMiB / MIB_A_GIB) * seconds;
  const dollars = coreSeconds * sandboxPrices.coreSecond + gibibyteSeconds * sandboxPrices.gibibyteSecond;
  const rounded = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    units: { sandbox_seconds: rounded(seconds), core_seconds: rounded(coreSeconds), gibibyte_seconds: rounded(gibibyteSeconds) },
    microDollars: Math.ceil(dollars * MICRO),
  };
}
