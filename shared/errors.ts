/** Everything that a user may be told: a code, what happened, what to do, and whether trying again can help. */
export class LecternError extends Error {
  readonly code: string;
  readonly fix: string;
  readonly retryable: boolean;
  /** Line of the lesson, 1-based. */
  readonly line: number | undefined;

  constructor(code: string, told: { message: string; fix: string; retryable?: boolean; line?: number | undefined; cause?: unknown }) {
    super(told.message, told.cause === undefined ? undefined : { cause: told.cause });
    this.name = 'LecternError';
    this.code = code;
    this.fix = told.fix;
    this.retryable = told.retryable ?? false;
    this.line = told.line;
  }
}
