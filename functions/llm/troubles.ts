import { LlmError, type LlmTrouble, type LlmUsage } from './port.ts';

/** How a provider is named to whoever has to mend something. */
export interface ProviderLabel {
  title: string;
  /** The settings that hold its key and its address. */
  keySetting: string;
  addressSetting: string;
}

export interface Breakage {
  trouble: LlmTrouble;
  /** What was seen, in words of ours: never what the provider wrote, which may repeat the prompt. */
  seen: string;
  usage?: LlmUsage | undefined;
  retryAfterSeconds?: number | undefined;
}

interface Advice {
  what: (title: string) => string;
  fix: (label: ProviderLabel) => string;
  retryable: boolean;
}

const AGAIN = 'Start again in a minute: what is done is kept.';

const advice: Record<LlmTrouble, Advice> = {
  rate_limited: {
    what: (title) => `${title} takes no more calls of this account for now`,
    fix: ({ title }) => `${AGAIN} The limits of the account stand in the console of ${title}.`,
    retryable: true,
  },
  overloaded: { what: (title) => `${title} is overloaded`, fix: () => AGAIN, retryable: true },
  cut: { what: (title) => `The answer of ${title} broke off`, fix: () => AGAIN, retryable: true },
  timeout: { what: (title) => `${title} did not answer in time`, fix: () => AGAIN, retryable: true },
  unreachable: {
    what: (title) => `${title} cannot be reached`,
    fix: ({ addressSetting }) => `Check the network, and the address in ${addressSetting} if it is set.`,
    retryable: true,
  },
  unauthorised: {
    what: (title) => `${title} does not take the key`,
    fix: ({ keySetting, title }) => `Check the key in ${keySetting}, and that its account may use this model and has credit with ${title}.`,
    retryable: false,
  },
  rejected: {
    what: (title) => `${title} does not take the request`,
    fix: ({ addressSetting }) => `Check the name of the model, and the address in ${addressSetting} if it is set; a prompt that is too long has to be made shorter.`,
    retryable: false,
  },
};

/** The error of a call, told in Lectern's words. */
export function llmError(label: ProviderLabel, { trouble, seen, usage, retryAfterSeconds }: Breakage): LlmError {
  const { what, fix, retryable } = advice[trouble];
  return new LlmError(trouble, { message: `${what(label.title)} (${seen}).`, fix: fix(label), retryable, usage, retryAfterSeconds });
}

const TOO_MANY_REQUESTS = 429;
const REQUEST_TIMEOUT = 408;
const GATEWAY_TIMEOUT = 504;
const CONFLICT = 409;
/** No key, no credit, no permission. */
const NO_ACCESS = [401, 402, 403];

/** What an HTTP status other than success means. */
export function troubleOfStatus(status: number): LlmTrouble {
  if (status === TOO_MANY_REQUESTS) return 'rate_limited';
  if (NO_ACCESS.includes(status)) return 'unauthorised';
  if (status === REQUEST_TIMEOUT || status === GATEWAY_TIMEOUT) return 'timeout';
  return status >= 500 || status === CONFLICT ? 'overloaded' : 'rejected';
}

/** How long `Retry-After` (RFC 9110, section 10.2.3: seconds or a date) asks to be left alone. */
export function retryAfterSeconds(headers: Headers | Record<string, string>): number | undefined {
  const text = new Headers(headers).get('retry-after');
  if (text === null) return undefined;
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
