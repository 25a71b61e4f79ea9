import type { MiddlewareHandler } from 'hono';
import { LecternError } from '../../shared/errors.ts';
import type { Caller } from '../auth/port.ts';
import type { ApiContext, Environment, User } from './environment.ts';
import type { ApiParts, RateLimit } from './parts.ts';
import { Problem } from './problem.ts';

/** Users whose row is known, so that not every request asks for it. */
const KNOWN_USERS = 10_000;

export interface Access {
  /** Lets in who is signed in, counted against the rate of requests unless `unmetered`. */
  signedIn(metering?: 'unmetered'): MiddlewareHandler<Environment>;
  /** Lets strangers in as well; a token that is wrong is refused all the same. */
  anyone: MiddlewareHandler<Environment>;
}

export function accessControl(parts: Pick<ApiParts, 'auth' | 'store' | 'clock' | 'rateLimits'>): Access {
  const known = new Map<string, string>();
  const idOf = async ({ subject, clerkUserId }: Caller): Promise<string> => {
    const found = known.get(subject);
    if (found !== undefined) return found;
    const id = await parts.store.users.ensure(subject, clerkUserId);
    known.set(subject, id);
    const [oldest] = known.keys();
    if (known.size > KNOWN_USERS && oldest !== undefined) known.delete(oldest);
    return id;
  };
  const identify = async (context: ApiContext): Promise<User> => {
    const caller = await parts.auth.identify({ authorization: context.req.header('authorization'), host: context.req.header('host') });
    return { id: await idOf(caller), subject: caller.subject, clerkUserId: caller.clerkUserId };
  };

  return {
    signedIn: (metering) => async (context, next) => {
      const user = await identify(context);
      if (metering === undefined) await takeRate(parts, { user, name: 'requests', rate: parts.rateLimits.requests });
      context.set('user', user);
      await next();
    },
    anyone: async (context, next) => {
      const user = await identify(context).catch((error: unknown) => {
        if (error instanceof LecternError && error.code === 'unauthenticated') return undefined;
        throw error;
      });
      context.set('user', user);
      await next();
    },
  };
}

/** The user of a route behind `signedIn`. */
export function userOf(context: ApiContext): User {
  const user = context.get('user');
  if (user === undefined) throw new Error('This route does not ask who is calling.');
  return user;
}

const COUNT_OF: Record<string, string> = { jobs: 'new jobs', requests: 'requests' };

/** @throws Problem `rate_limited` */
export async function takeRate(
  { store, clock }: Pick<ApiParts, 'store' | 'clock'>,
  { user, name, rate }: { user: User; name: string; rate: RateLimit },
): Promise<void> {
  const { allowed, limit, reached, resetsAt } = await store.rates.take({ userId: user.id, name, ...rate });
  if (allowed) return;
  const counted = `${limit} ${COUNT_OF[name] ?? name} in ${rate.windowSeconds} seconds`;
  throw limitProblem(clock.now(), {
    code: 'rate_limited',
    message: `You have reached the limit of ${counted}.`,
    reached,
    limit,
    resetsAt,
  });
}

interface ReachedLimit {
  code: string;
  message: string;
  reached: number;
  limit: number;
  /** Undefined where no clock decides it. */
  resetsAt: Date | undefined;
}
/** For a limit that ends with some job, nobody knows when: a while worth waiting. */
const UNKNOWN_WAIT_SECONDS = 30;

export function limitProblem(now: Date, { code, message, reached, limit, resetsAt }: ReachedLimit): Problem {
  const seconds = resetsAt ? Math.max(1, Math.ceil((resetsAt.getTime() - now.getTime()) / 1000)) : UNKNOWN_WAIT_SECONDS;
  const fix = resetsAt ? `Try again at ${resetsAt.toISOString()}.` : 'Wait until one of your jobs has ended, or cancel one.';
  return new Problem(
    429,
    { code, message, fix, retryable: true },
    { headers: { 'retry-after': String(seconds) }, members: { reached, limit, resets_at: resetsAt?.toISOString() ?? null } },
  );
}
