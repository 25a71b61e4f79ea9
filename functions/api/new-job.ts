import { createHash } from 'node:crypto';
import { dollars } from '../../shared/dollars.ts';
import { faultsOf } from '../../shared/errors.ts';
import type { JobCreation } from '../../shared/contract/creation.ts';
import type { AcceptedRequest } from '../../shared/contract/request.ts';
import { limitProblem, takeRate } from './access.ts';
import type { User } from './environment.ts';
import { jobRequest } from './job-request.ts';
import type { ApiParts, JobRequest } from './parts.ts';
import { Problem } from './problem.ts';
import type { JobBody } from './schemas.ts';

const TITLE_CHARACTERS = 300;

export interface NewJobRequest {
  body: JobBody;
  user: User;
  idempotencyKey: string | undefined;
}

/**
 * Makes jobs' rows and starts them; answers the id of each. A request that has made its job already, by key or id, finds that
 * one. It throws Problem and LecternError where a request cannot be served.
 */
export function jobMaker(parts: ApiParts): (asked: NewJobRequest) => Promise<string> {
  const count = jobCounter(parts);
  return async (asked) => {
    const { body, user } = asked;
    refuseOtherUser(body, user);
    const request = jobRequest(parts, body);
    const requestHash = hashOf(body);
    await count(asked, requestHash);
    return makeJob(parts, asked, { request, requestHash });
  };
}

/** Repetitions that are known, so that they do not count. */
const KNOWN_REPETITIONS = 10_000;

/** Counts a request against the rate of new jobs: once for each key, since a repetition makes no job. */
function jobCounter(parts: ApiParts): (asked: NewJobRequest, requestHash: string) => Promise<void> {
  const counted = new Map<string, Promise<void>>();
  const take = (user: User) => takeRate(parts, { user, name: 'jobs', rate: parts.rateLimits.jobs });
  return async ({ body, user, idempotencyKey }, requestHash) => {
    const key = idempotencyKey ?? body.job_id;
    if (key === undefined) return take(user);
    const name = [user.id, key, requestHash].join(' ');
    const known = counted.get(name);
    if (known) return known;
    const counting = take(user).catch((error: unknown) => {
      counted.delete(name);
      throw error;
    });
    counted.set(name, counting);
    const [oldest] = counted.keys();
    if (counted.size > KNOWN_REPETITIONS && oldest !== undefined) counted.delete(oldest);
    return counting;
  };
}

interface CheckedRequest {
  request: JobRequest;
  requestHash: string;
}

async function makeJob(parts: ApiParts, { body, user, idempotencyKey }: NewJobRequest, checked: CheckedRequest): Promise<string> {
  const { request, requestHash } = checked;
  const { title, language } = await parts.jobs.check(request);
  const { capMicroDollars = parts.limits.jobMicroDollars } = request;
  const shortTitle = [...title].slice(0, TITLE_CHARACTERS).join('');
  const creation = await parts.store.jobs.create(
    {
      userId: user.id,
      jobId: body.job_id,
      idempotencyKey,
      requestHash,
      topic: request.topic ?? shortTitle,
      title: shortTitle,
      language,
      request: { ...request },
      estimateMicroDollars: await expectedSpending(parts, request, capMicroDollars),
      capMicroDollars,
    },
    parts.limits,
  );
  const jobId = jobIdOf(creation, parts);
  if (creation.outcome === 'created') await startJob(parts, { jobId, user, request });
  return jobId;
}

/** What the job counts against the day while it runs: never more than it may cost. */
async function expectedSpending(parts: ApiParts, request: JobRequest, capMicroDollars = Infinity): Promise<number> {
  const { microDollars } = await parts.estimate(request);
  return Math.min(microDollars.expected, capMicroDollars);
}

function refuseOtherUser({ clerk_user_id: claimed }: JobBody, user: User): void {
  if (claimed === undefined || claimed === (user.clerkUserId ?? user.subject)) return;
  const message = '`clerk_user_id` is not the user whose token this is.';
  throw new Problem(403, { code: 'other_user', message, fix: 'Leave it out: the token says who you are.' });
}

/** Of everything that was asked for, in one order. */
function hashOf(body: JobBody): string {
  const fields = Object.entries(body).filter(([, value]) => value !== undefined);
  return createHash('sha256').update(JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)))).digest('hex');
}

const jobIdOf = (creation: JobCreation, parts: ApiParts): string => {
  if ('jobId' in creation) return creation.jobId;
  throw refusalOf(creation, parts);
};

/** Why no job was made, as its user is told. */
export function refusalOf(creation: Exclude<JobCreation, { jobId: string }>, { clock }: Pick<ApiParts, 'clock'>): Problem {
  switch (creation.outcome) {
    case 'key_reused': {
      const message = 'This Idempotency-Key has been sent with another request.';
      return new Problem(409, { code: 'key_reused', message, fix: 'Use a new key for a new request.' });
    }
    case 'id_taken':
      return new Problem(409, { code: 'id_taken', message: 'There is a job of this id already.', fix: 'Use another `job_id`, or none.' });
    case 'running_limit': {
      const message = `${creation.reached} of your jobs are running, and ${creation.limit} may run at a time.`;
      return limitProblem(clock.now(), { code: 'running_limit', message, ...creation, resetsAt: undefined });
    }
    case 'spending_limit': {
      const message = `You have spent ${dollars(creation.reached)} today; the limit of a day is ${dollars(creation.limit)}.`;
      return limitProblem(clock.now(), { code: 'spending_limit', message, ...creation });
    }
  }
}

/** A job that cannot be started ends at once: its row must not say for ever that it is under way. */
export async function startJob({ jobs, store }: ApiParts, job: { jobId: string; user: User; request: AcceptedRequest }): Promise<void> {
  try {
    await jobs.start(job.jobId, job.user.id, job.request);
  } catch (error) {
    const faults = faultsOf(error);
    const progress = { status: 'failed', errorCode: faults[0]?.code ?? 'unexpected', errorMessage: faults[0]?.message ?? '' } as const;
    await store.events.append({ jobId: job.jobId, happening: { type: 'job.failed', faults }, progress, key: 'end' });
    throw error;
  }
}
