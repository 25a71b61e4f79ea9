import { isSpokenCharacter } from '../../shared/spoken-characters.ts';
import { bytesOf, type RunningServer, sendJson, serve } from './llm-wire/serve.ts';

/** What the stand-in does with one call. */
export type SpeechFault =
  | { kind: 'status'; status: number; word?: string; retryAfterSeconds?: number }
  | { kind: 'cut' }
  | { kind: 'stall' }
  | { kind: 'malformed' }
  /** The audio is right, and its times are not: they run on past its end, stop early, go back, are of other characters, or are missing. */
  | { kind: 'times'; how: 'late' | 'early' | 'backwards' | 'other-text' | 'missing' };

export interface SpeechCall {
  path: string;
  voice: string | undefined;
  body: Record<string, unknown>;
}

export interface ElevenLabsServerParts {
  key?: string;
  /** The fault of the nth call, from 1. */
  fault?: (call: number, path: string) => SpeechFault | undefined;
  voices?: string[];
}

export interface ElevenLabsServer extends RunningServer {
  calls: SpeechCall[];
}

const CHARACTER_SECONDS = 0.06;
const TAIL_SECONDS = 0.3;
const FULL_SCALE = 0.3 * 32_767;
const LONGEST_TEXT: Record<string, number> = { eleven_multilingual_v2: 10_000, eleven_flash_v2_5: 40_000 };

interface Timed {
  characters: string[];
  starts: number[];
  ends: number[];
}

/** A tone for every character that has a sound, one after the other: as long as a voice takes, and different for other texts. */
function synthesised(text: string, { speed, sampleRate }: { speed: number; sampleRate: number }): { samples: Int16Array; timed: Timed } {
  const characters = Array.from(text);
  const seconds = CHARACTER_SECONDS / speed;
  const samples = new Int16Array(Math.round((characters.length * seconds + TAIL_SECONDS) * sampleRate));
  characters.forEach((character, index) => {
    if (!isSpokenCharacter(character)) return;
    const hertz = 110 + ((character.codePointAt(0) as number) % 97) * 4;
    for (let at = Math.round(index * seconds * sampleRate); at < Math.round((index + 1) * seconds * sampleRate); at += 1) {
      samples[at] = Math.round(FULL_SCALE * Math.sin((2 * Math.PI * hertz * at) / sampleRate));
    }
  });
  const starts = characters.map((_, index) => index * seconds);
  return { samples, timed: { characters, starts, ends: starts.map((start) => start + seconds) } };
}

function falsified({ characters, starts, ends }: Timed, how: Extract<SpeechFault, { kind: 'times' }>['how']): Timed | null {
  const times = (factor: number): Timed => ({ characters, starts: starts.map((start) => start * factor), ends: ends.map((end) => end * factor) });
  if (how === 'late') return times(2);
  if (how === 'early') return times(0.5);
  if (how === 'backwards') return { characters, starts: starts.toReversed(), ends: ends.toReversed() };
  if (how === 'other-text') return { characters: characters.map((character) => character.toUpperCase()), starts, ends };
  return null;
}

const onWire = (timed: Timed | null) => timed && { characters: timed.characters, character_start_times_seconds: timed.starts, character_end_times_seconds: timed.ends };

/** Listens where the sound ends, and spreads the text evenly up to there: right for a voice that gives every character as long. */
function aligned(wav: Buffer, text: string) {
  const sampleRate = wav.readUInt32LE(24);
  const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + wav.length));
  const end = (samples.findLastIndex((sample) => Math.abs(sample) > 300) + 1) / sampleRate;
  const characters = Array.from(text);
  const spoken = characters.findLastIndex(isSpokenCharacter) + 1;
  const seconds = end / spoken;
  const within = (at: number): number => Math.min(at * seconds, samples.length / sampleRate);
  return { characters: characters.map((character, index) => ({ text: character, start: within(index), end: within(index + 1) })), words: [], loss: 0.1 };
}

/** Text to speech with times, and forced alignment, as api.elevenlabs.io speaks them. */
export async function startElevenLabsServer({ key = 'right', fault = () => undefined, voices }: ElevenLabsServerParts = {}): Promise<ElevenLabsServer> {
  const calls: SpeechCall[] = [];
  const running = await serve(async (request, response) => {
    const refuse = (status: number, word: string, headers: Record<string, string> = {}): void =>
      sendJson(response, { status, headers, body: { detail: { status: word, message: 'A message that may repeat what was asked.' } } });
    const bytes = await bytesOf(request);
    const url = new URL(request.url ?? '', 'http://local');
    if (request.headers['xi-api-key'] !== key) return refuse(401, 'invalid_api_key');
    const voice = /^\/v1\/text-to-speech\/([^/]+)\/with-timestamps$/.exec(url.pathname)?.[1];
    const isAlignment = url.pathname === '/v1/forced-alignment';
    if (request.method !== 'POST' || (voice === undefined && !isAlignment)) return refuse(404, 'not_found');
    const body = isAlignment ? {} : (JSON.parse(bytes.toString('utf8')) as Record<string, unknown>);
    calls.push({ path: url.pathname, voice, body });
    const planned = fault(calls.length, url.pathname);
    if (planned?.kind === 'cut') return void response.destroy();
    if (planned?.kind === 'stall') return new Promise((resolve) => response.once('close', () => resolve()));
    if (planned?.kind === 'malformed') return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"audio_base64": "');
    if (planned?.kind === 'status') {
      const { status, word = 'planned', retryAfterSeconds } = planned;
      return refuse(status, word, retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) });
    }
    if (isAlignment) {
      const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': request.headers['content-type'] ?? '' } }).formData();
      const answer = aligned(Buffer.from(await (form.get('file') as File).arrayBuffer()), form.get('text') as string);
      if (planned?.kind === 'times') answer.characters.forEach((character) => (character.end = character.start = 0));
      return sendJson(response, { status: 200, body: answer });
    }
    const { text = '', model_id: model = '', voice_settings: settings } = body as { text?: string; model_id?: string; voice_settings?: { speed?: number } };
    const speed = settings?.speed ?? 1;
    if (voices !== undefined && !voices.includes(voice as string)) return refuse(404, 'voice_not_found');
    if (!(model in LONGEST_TEXT)) return refuse(400, 'model_not_found');
    if (text === '' || text.length > (LONGEST_TEXT[model] as number)) return refuse(400, text === '' ? 'input_text_empty' : 'max_character_limit_exceeded');
    if (speed < 0.7 || speed > 1.2) return refuse(400, 'invalid_voice_settings');
    const format = /^pcm_(\d+)$/.exec(url.searchParams.get('output_format') ?? '');
    if (!format) return refuse(400, 'output_format_not_supported');
    const { samples, timed } = synthesised(text, { speed, sampleRate: Number(format[1]) });
    sendJson(response, {
      status: 200,
      headers: { 'request-id': `local-${calls.length}`, 'character-cost': String(text.length) },
      body: {
        audio_base64: Buffer.from(samples.buffer).toString('base64'),
        alignment: onWire(planned?.kind === 'times' ? falsified(timed, planned.how) : timed),
        normalized_alignment: null,
      },
    });
  });
  return { ...running, calls };
}
