/** What has gone, or would go. */
export interface Swept {
  count: number;
  bytes: number;
}
export interface SweepTime {
  before: Date;
  /** Say what would go, and leave it. */
  dryRun: boolean;
}
