/** The longest text of one utterance, in code points: about twenty minutes of speech and 60 MB of samples. */
export const LONGEST_TEXT = 20_000;
/** espeak-ng's own range; what lies outside it clamps without a word. */
export const SLOWEST_WORDS_PER_MINUTE = 80;
export const FASTEST_WORDS_PER_MINUTE = 450;

export interface SpeakRequest {
  id: number | string;
  type: 'speak';
  text: string;
  /** A voice's identifier or one of its language names, such as `gmw/en-US` or `es-419`. */
  voice: string;
  /** A variant of the voice, such as `f3`. */
  variant?: string;
  wordsPerMinute: number;
}

export interface VoicesRequest {
  id: number | string;
  type: 'voices';
}

export type Request = SpeakRequest | VoicesRequest;

/** What the voice does at a time: a word begins, a phoneme begins (an empty one is silence), a clause ends. */
export interface SpeechEvent {
  type: 'word' | 'phoneme' | 'end';
  /** 0-based, in code points of the text as it was given. */
  position: number;
  milliseconds: number;
  phoneme?: string;
}

export interface Voice {
  name: string;
  identifier: string;
  /** A smaller priority is a better match. */
  languages: { name: string; priority: number }[];
}

export interface Failure {
  type: 'error';
  code: 'bad-request' | 'text-too-long' | 'unknown-voice' | 'unknown-variant' | 'synthesis-failed';
  message: string;
}

/** What follows a header on standard output is `bytes` bytes of signed 16-bit little-endian mono samples. */
export interface SpeechHeader {
  type: 'speech';
  sampleRate: number;
  bytes: number;
  events: SpeechEvent[];
}

export interface VoicesHeader {
  type: 'voices';
  voices: Voice[];
  variants: string[];
}

export type Header = SpeechHeader | VoicesHeader | Failure;

const failure = (message: string, code: Failure['code'] = 'bad-request'): Failure => ({ type: 'error', code, message });

const speakFailure = (value: Record<string, unknown>): Failure | undefined => {
  const { text, voice, variant, wordsPerMinute } = value;
  if (typeof text !== 'string') return failure('`text` has to be a string');
  if (typeof voice !== 'string' || voice === '') return failure('`voice` has to be the name of a voice');
  if (variant !== undefined && typeof variant !== 'string') return failure('`variant` has to be the name of a variant');
  if (typeof wordsPerMinute !== 'number' || !(wordsPerMinute >= SLOWEST_WORDS_PER_MINUTE && wordsPerMinute <= FASTEST_WORDS_PER_MINUTE)) {
    const range = `from ${SLOWEST_WORDS_PER_MINUTE} to ${FASTEST_WORDS_PER_MINUTE}`;
    return failure(`\`wordsPerMinute\` has to be a number ${range}, got ${JSON.stringify(wordsPerMinute)}`);
  }
  const length = Array.from(text).length;
  return length > LONGEST_TEXT ? failure(`the text has ${length} characters; ${LONGEST_TEXT} is the most`, 'text-too-long') : undefined;
};

/** One line of standard input, checked. The `id` is kept in a failure too, where the line had one. */
export function parseRequest(line: string): { id: number | string | null; request: Request | Failure } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { id: null, request: failure(`the line is not JSON: ${(error as Error).message}`) };
  }
  if (typeof value !== 'object' || value === null) return { id: null, request: failure('the line is not a JSON object') };
  const fields = value as Record<string, unknown>;
  const { id } = fields;
  if (typeof id !== 'number' && typeof id !== 'string') return { id: null, request: failure('`id` has to be a number or a string') };
  if (fields['type'] === 'voices') return { id, request: { id, type: 'voices' } };
  if (fields['type'] !== 'speak') return { id, request: failure('`type` has to be "speak" or "voices"') };
  return { id, request: speakFailure(fields) ?? (fields as unknown as SpeakRequest) };
}
