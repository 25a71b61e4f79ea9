/** Something that was wrong with a scene, and how it ended. */
export interface RenderFailureEntry {
  /** A uuid; an entry is kept once, however often it is sent. */
  id: string;
  section: number;
  phase: string;
  kind: 'code' | 'tex' | 'limit' | 'sandbox' | 'protocol' | 'picture';
  errorClass: string;
  /** The check that found it, or the fix that knows it. */
  rule?: string | undefined;
  found: 'check' | 'render';
  /** Up to 300 characters. */
  message: string;
  /** What was tried last. */
  mendedBy: 'fix' | 'model' | 'none';
  recovered: boolean;
  /** Who wrote the scene, by which prompt. */
  model?: string | undefined;
  promptVersion?: string | undefined;
}
export interface FailureCounts {
  failures: number;
  mendedByFix: number;
  mendedByModel: number;
  /** Ended in a title card, or, as a fault of the picture, stands in the film. */
  unmended: number;
}
/** Most frequent first. */
export interface FailureSummary {
  failures: number;
  recovered: number;
  classes: (FailureCounts & { errorClass: string })[];
  writers: (FailureCounts & { model: string; promptVersion: string })[];
  rules: { rule: string; failures: number; recovered: number }[];
}
