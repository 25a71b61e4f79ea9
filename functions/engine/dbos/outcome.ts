import { LecternError, LessonErrors } from '../../../shared/errors.ts';

/** An error as it is written down: what a person may be told is told again to the letter by whoever reads it. */
type KeptError =
  | { kind: 'told'; code: string; message: string; fix: string; retryable: boolean; line?: number }
  | { kind: 'lesson'; errors: KeptError[] }
  | { kind: 'unforeseen'; name: string; message: string };

/** How a step, or a flow, ended, as small JSON. */
export type Outcome<T> = { value: T } | { error: KeptError };

function keptError(error: unknown): KeptError {
  if (error instanceof LessonErrors) return { kind: 'lesson', errors: error.errors.map(keptError) };
  if (error instanceof LecternError) {
    const { code, message, fix, retryable, line } = error;
    return { kind: 'told', code, message, fix, retryable, ...(line !== undefined && { line }) };
  }
  if (error instanceof Error) return { kind: 'unforeseen', name: error.name, message: error.message };
  return { kind: 'unforeseen', name: 'Error', message: String(error) };
}

function revivedError(kept: KeptError): Error {
  if (kept.kind === 'told') return new LecternError(kept.code, kept);
  if (kept.kind === 'lesson') return new LessonErrors(kept.errors.map(revivedError).filter((error) => error instanceof LecternError));
  const error = new Error(kept.message);
  error.name = kept.name;
  return error;
}

export const failedWith = (error: unknown): Outcome<never> => ({ error: keptError(error) });

/** The value; what was thrown is thrown again. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if ('error' in outcome) throw revivedError(outcome.error);
  return outcome.value;
}
