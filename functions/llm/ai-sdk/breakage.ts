import type { LlmTrouble } from '../port.ts';
import { type Breakage, retryAfterSeconds, troubleOfStatus } from '../troubles.ts';

/** What errors of the AI SDK may carry; those that a provider streams are data of its own. */
interface Told {
  statusCode?: unknown;
  code?: unknown;
  responseHeaders?: Record<string, string>;
  responseBody?: unknown;
}

const toldBy = (error: unknown): Told => (typeof error === 'object' && error !== null ? error : {});

/** Google tells how long to wait in the body: google.rpc.RetryInfo. */
const GOOGLE_RETRY = /"retryDelay":\s*"(\d+(?:\.\d+)?)s"/;

/** A call that was answered with a status other than success; undefined where there was no answer. */
export function breakageOfStatus(error: unknown): Breakage | undefined {
  const { statusCode, responseHeaders, responseBody } = toldBy(error);
  // A success that cannot be read has its status, too.
  if (typeof statusCode !== 'number' || statusCode < 400) return undefined;
  const body = typeof responseBody === 'string' ? responseBody : '';
  // Google answers a wrong key with 400.
  const trouble = body.includes('API_KEY_INVALID') ? 'unauthorised' : troubleOfStatus(statusCode);
  const inBody = GOOGLE_RETRY.exec(body)?.[1];
  return {
    trouble,
    seen: `status ${statusCode}`,
    retryAfterSeconds: retryAfterSeconds(responseHeaders ?? {}) ?? (inBody === undefined ? undefined : Number(inBody)),
  };
}

/** What an error means that comes after the answer has begun: nothing that was taken until then can be refused any more. */
export function troubleInStream(error: unknown): LlmTrouble {
  const { statusCode, code } = toldBy(error);
  const status = [statusCode, code].map(Number).find((number) => number >= 400 && number < 600);
  const trouble = status === undefined ? 'cut' : troubleOfStatus(status);
  return trouble === 'rejected' || trouble === 'unauthorised' ? 'cut' : trouble;
}
