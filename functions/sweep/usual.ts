/** How much is kept. */
export interface SweepLimits {
  /** Artefacts that nobody has asked for so long go. */
  days: number;
  /** The most that artefacts may have together. */
  gigabytes: number;
  formulaGigabytes: number;
  /** How long events of ended jobs, and logs of failures, are kept. */
  eventDays: number;
}

/** What a service keeps to by itself, and the command where it is not told otherwise. */
export const usualLimits: SweepLimits = { days: 30, gigabytes: 20, formulaGigabytes: 1, eventDays: 90 };
