import { LecternError } from '../../../shared/errors.ts';

/** Resolves after so many seconds; rejects with the signal's reason. */
export type Wait = (seconds: number, signal: AbortSignal) => Promise<void>;

/** What the SDK's errors carry: no status where there was no answer, or none that could be read. */
interface Told {
  statusCode?: number;
  body?: unknown;
  rawResponse?: { headers?: Headers };
}

const MOST_ATTEMPTS = 4;
const FIRST_WAIT_SECONDS = 1;
const LONGEST_WAIT_SECONDS = 60;

const toldBy = (error: unknown): Told => (typeof error === 'object' && error !== null ? error : {});

/** ElevenLabs' own word for what is wrong, such as `quota_exceeded`. */
function statusWord({ body }: Told): string | undefined {
  const detail = (body as { detail?: { status?: unknown } } | undefined)?.detail;
  return typeof detail?.status === 'string' && /^[a-z_]{1,60}$/.test(detail.status) ? detail.status : undefined;
}

/** What no second attempt can change; undefined for what may pass. */
function lasting(told: Told): LecternError | undefined {
  const { statusCode } = told;
  const word = statusWord(told);
  const seen = `status ${statusCode}${word ? `, ${word}` : ''}`;
  if (word === 'quota_exceeded' || statusCode === 402) {
    return new LecternError('speech_quota', {
      message: `The account at ElevenLabs has too few credits left for this narration (${seen}).`,
      fix: 'Buy credits or wait for the next month of the subscription, or take the embedded voice: unset ELEVENLABS_API_KEY.',
    });
  }
  if (statusCode === 401 || statusCode === 403) {
    return new LecternError('speech_unauthorised', {
      message: `ElevenLabs does not take the key (${seen}).`,
      fix: 'Check the key in ELEVENLABS_API_KEY, and that it may be used for text to speech.',
    });
  }
  if (statusCode === undefined || statusCode === 408 || statusCode === 429 || statusCode >= 500 || statusCode < 400) return undefined;
  return new LecternError('speech_rejected', {
    message: `ElevenLabs does not take the request (${seen}).`,
    fix: 'Check the voice: it is named by its id, in the lesson or in ELEVENLABS_VOICE_ID.',
  });
}

function waitSeconds(attempt: number, { rawResponse }: Told): number {
  const asked = rawResponse?.headers?.get('retry-after');
  const seconds = asked === null || asked === undefined ? NaN : Number(asked);
  if (seconds >= 0) return Math.min(LONGEST_WAIT_SECONDS, seconds);
  // The upper half of a doubling wait: sections that failed together do not come back together.
  return Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}

/**
 * Calls until there is an answer, with longer and longer waits.
 * @throws LecternError `speech_down` where it stays down, `speech_quota`, `speech_unauthorised`, `speech_rejected`; the signal's reason
 */
export async function steadfast<Answer>(call: () => Promise<Answer>, { wait, signal }: { wait: Wait; signal: AbortSignal }): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      const told = toldBy(error);
      const end = lasting(told);
      if (end) throw end;
      if (attempt === MOST_ATTEMPTS) {
        throw new LecternError('speech_down', {
          message: `ElevenLabs stays out of reach (${told.statusCode === undefined ? 'no answer' : `status ${told.statusCode}`}, ${MOST_ATTEMPTS} attempts).`,
          fix: 'Start again later: what is done is kept. LECTERN_SPEECH_DOWN=other-voice has another voice narrate the whole film instead.',
          retryable: true,
        });
      }
      await wait(waitSeconds(attempt, told), signal);
    }
  }
}
