/** The time, and nothing else: seconds that never go back for measuring, and the date for people. */
export interface Clock {
  /** Seconds since some fixed moment; differences are what it is for. */
  seconds(): number;
  now(): Date;
}
