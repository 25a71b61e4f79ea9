import { LlmError, type LlmReply, type LlmTrouble } from '../../llm/port.ts';

export type Wait = (seconds: number, signal: AbortSignal) => Promise<void>;

/** Troubles that pass. */
const PASSING: LlmTrouble[] = ['rate_limited', 'overloaded', 'timeout', 'unreachable', 'cut'];
const MOST_ATTEMPTS = 5;
const FIRST_WAIT_SECONDS = 1;
const LONGEST_WAIT_SECONDS = 60;

/**
 * Doubling waits, each somewhere in its upper half, so that sections which failed together do not come back together (exponential
 * backoff with jitter). What the provider asks for goes before, up to a minute.
 */
function waitSeconds(attempt: number, { retryAfterSeconds }: LlmError): number {
  if (retryAfterSeconds !== undefined && retryAfterSeconds >= 0) return Math.min(retryAfterSeconds, LONGEST_WAIT_SECONDS);
  const whole = Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (attempt - 1));
  return whole * (0.5 + Math.random() / 2);
}

export interface Patience {
  wait: Wait;
  signal: AbortSignal;
  /** Nothing that was heard can be unsaid: from then on a call is not made again. */
  isHeard: () => boolean;
}

/** Calls until there is a reply, whatever it says, or no hope. */
export async function patiently(call: () => Promise<LlmReply>, { wait, signal, isHeard }: Patience): Promise<LlmReply> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof LlmError) || !PASSING.includes(error.trouble) || attempt === MOST_ATTEMPTS || isHeard()) throw error;
      await wait(waitSeconds(attempt, error), signal);
    }
  }
}
