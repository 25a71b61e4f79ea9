import type { SupabaseClient } from '@supabase/supabase-js';
import type { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';

interface Failure {
  message: string;
  code?: string;
  status?: number | undefined;
  statusCode?: string | number | undefined;
}
interface Answer {
  data: unknown;
  error: Failure | null;
  status?: number;
}

/** Bodies that tell of a fault of the moment, with the connection, or on the other side. */
const isTransient = (status: number): boolean => status === 0 || status === 408 || status === 429 || status >= 500;

const statusOf = (answer: Answer, failure: Failure): number =>
  Number(answer.status ?? failure.statusCode ?? failure.status ?? 0) || 0;

/** PostgreSQL's own code (its manual, appendix A). */
const DISK_FULL = '53100';

/** What went wrong, without the words of the database, which may name its insides. */
export const failureOf = (answer: Answer, failure: Failure): LecternError => {
  const status = statusOf(answer, failure);
  if (failure.code === DISK_FULL) {
    return new LecternError('disk_full', {
      message: 'There is no room left on the disk of the store.',
      fix: 'Make room there, and try again: what is done is kept.',
      retryable: true,
      cause: failure,
    });
  }
  if (isTransient(status)) {
    return new LecternError('store_unavailable', {
      message: 'The store does not answer.',
      fix: 'Try again in a moment; the film stays on disk meanwhile.',
      retryable: true,
      cause: failure,
    });
  }
  return new LecternError('store_refused', {
    message: `The store refused a request (${failure.code ?? status}).`,
    fix: 'See that its migrations are applied and that the secret key is the one of this project.',
    cause: failure,
  });
};

/** The answer's data in the shape that we expect of it. @throws LecternError `store_unavailable`, `store_refused`, `disk_full` */
export const answerOf = async <Schema extends z.ZodType>(asked: PromiseLike<Answer>, schema: Schema): Promise<z.infer<Schema>> => {
  const answer = await asked;
  if (answer.error !== null) throw failureOf(answer, answer.error);
  return schema.parse(answer.data);
};

/** Calls a function of the database; values that are undefined are left to its defaults. */
export const call = <Schema extends z.ZodType>(
  client: SupabaseClient,
  request: { name: string; values: Record<string, unknown> },
  schema: Schema,
): Promise<z.infer<Schema>> => {
  const values = Object.fromEntries(Object.entries(request.values).filter(([, value]) => value !== undefined));
  return answerOf(client.rpc(request.name, values), schema);
};
