import { z } from '@hono/zod-openapi';
import type { Fault } from '../../shared/contract/event.ts';
import { faultsOf, LecternError, LessonErrors } from '../../shared/errors.ts';

export const problemSchema = z
  .object({
    status: z.int(),
    title: z.string(),
    code: z.string().openapi({ description: 'What happened, in a word that does not change.', example: 'unknown_job' }),
    detail: z.string(),
    fix: z.string().openapi({ description: 'What to do about it.' }),
    retryable: z.boolean(),
    line: z.int().optional().openapi({ description: 'Line of the lesson, from 1.' }),
    errors: z
      .array(z.object({ code: z.string(), message: z.string(), fix: z.string(), retryable: z.boolean(), line: z.int().optional() }))
      .optional()
      .openapi({ description: 'All that is wrong, where it is more than one thing.' }),
    reached: z.number().optional(),
    limit: z.number().optional(),
    resets_at: z.iso.datetime().nullable().optional(),
  })
  .openapi('Problem');

const titles = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Wrong content type',
  416: 'Range not satisfiable',
  422: 'Cannot be made',
  429: 'Too many requests',
  500: 'Unexpected error',
  503: 'Not available now',
} as const;
export type ProblemStatus = keyof typeof titles;

/** Statuses of errors that come from beyond this folder; one that is not listed is an error of this service. */
const statuses: Record<string, ProblemStatus> = {
  unauthenticated: 401,
  token_expired: 401,
  token_refused: 401,
  auth_unavailable: 503,
  invalid_cursor: 400,
  store_unavailable: 503,
  disk_full: 503,
};

interface Further {
  headers?: Record<string, string>;
  members?: { reached?: number; limit?: number; resets_at?: string | null };
}

/** An error of a request: what the client is told, under which status, and with which headers. */
export class Problem extends LecternError {
  readonly status: ProblemStatus;
  readonly further: Further;

  constructor(status: ProblemStatus, told: { code: string; message: string; fix: string; retryable?: boolean }, further: Further = {}) {
    super(told.code, told);
    this.status = status;
    this.further = further;
  }
}

/** Any error as an answer. Nothing of it but what was written for users gets out. */
export function problemResponse(error: unknown): Response {
  const faults = faultsOf(error);
  const [first] = faults;
  const status = statusOf(error, first);
  const { headers = {}, members = {} } = error instanceof Problem ? error.further : {};
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  const { code, message, fix, retryable, line } = first ?? unforeseen;
  const body = {
    status,
    title: titles[status],
    code,
    detail: message,
    fix: status === 500 ? 'Try again; if it happens again, tell whoever runs this service.' : fix,
    retryable,
    ...(line !== undefined && { line }),
    ...(faults.length > 1 && { errors: faults }),
    ...members,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...challenge, ...headers },
  });
}

const unforeseen: Fault = { code: 'unexpected', message: 'Something went wrong.', fix: '', retryable: true };

function statusOf(error: unknown, fault: Fault | undefined): ProblemStatus {
  if (error instanceof Problem) return error.status;
  if (error instanceof LessonErrors) return 422;
  const code = fault?.code ?? '';
  // What is said of a lesson, or of the voice that it asks for, is said to its author.
  return statuses[code] ?? (/^(lesson|speech)\//.test(code) ? 422 : 500);
}

/** What a route says in its description of the problems that it may answer with. */
export const problems = (...codes: ProblemStatus[]) =>
  Object.fromEntries(
    [...codes, 503 as const].map((status) => [
      status,
      {
        description: titles[status],
        content: { 'application/problem+json': { schema: problemSchema } },
        ...(status === 429 && { headers: z.object({ 'Retry-After': z.string().openapi({ description: 'Seconds.' }) }) }),
      },
    ]),
  );
