import type { Fault } from './contract/event.ts';

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

/** Everything that is wrong with a lesson, told at once: a teacher mends it in one sitting. */
export class LessonErrors extends Error {
  readonly errors: LecternError[];

  constructor(errors: LecternError[]) {
    super(errors.map((error) => error.message).join('\n'));
    this.name = 'LessonErrors';
    this.errors = errors;
  }
}

/** Whether there is something to say of the error to whoever wants the film; of any other, to whoever mends Lectern. */
export const isForeseen = (error: unknown): boolean => error instanceof LecternError || error instanceof LessonErrors;

/** Whether trying again can help. */
export const isRetryable = (error: unknown): boolean => error instanceof LecternError && error.retryable;

/** What a user may be told of any error. One that was not foreseen keeps its text to itself: it may name paths or keys. */
export function faultsOf(error: unknown): Fault[] {
  if (error instanceof LessonErrors) return error.errors.flatMap(faultsOf);
  if (error instanceof LecternError) {
    const { code, message, fix, retryable, line } = error;
    return [{ code, message, fix, retryable, ...(line === undefined ? {} : { line }) }];
  }
  return [{ code: 'unexpected', message: 'Something went wrong that Lectern did not foresee.', fix: 'Run again with --debug and report what it prints.', retryable: true }];
}

/** What the file system says where there is no room: on the disk, in a quota, or in a file. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** A disk, or what may be used of it, is full. */
export const diskFull = (cause: unknown): LecternError =>
  new LecternError('disk_full', {
    message: 'There is no room left on the disk of the machine that makes the film.',
    fix: 'Make room there, for instance by npm run sweep, and try again: what is done is kept.',
    retryable: true,
    cause,
  });

/** Throws the error on; that of a full disk by a name that users understand. To be given to `catch`. */
export function nameDiskFull(error: unknown): never {
  const isFull = error instanceof Error && 'code' in error && NO_ROOM.has(String(error.code));
  throw isFull ? diskFull(error) : error;
}
