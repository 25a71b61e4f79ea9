const MICRO_DOLLARS = 1_000_000;
const CENT_MICRO_DOLLARS = 10_000;

/** An amount as people read it: to the cent, and what is less than a cent to the micro-dollar. */
export function dollars(microDollars: number): string {
  const digits = microDollars > 0 && microDollars < CENT_MICRO_DOLLARS ? 6 : 2;
  return `$${(microDollars / MICRO_DOLLARS).toFixed(digits)}`;
}
