import { afterEach, describe, expect, it } from 'vitest';
import { chunksOf } from '../../functions/speech/elevenlabs/chunks.ts';
import { lazyClient } from '../../functions/speech/elevenlabs/client.ts';
import { ElevenLabsSpeech, type ElevenLabsParts } from '../../functions/speech/elevenlabs/elevenlabs-speech.ts';
import type { SpeechRequest, SpokenAudio } from '../../functions/speech/port.ts';
import { type ElevenLabsServer, type SpeechFault, startElevenLabsServer } from '../support/elevenlabs-server.ts';

const TEXT = 'The area of the square is four. What follows, then?';
const KEY = 'planted-elevenlabs-key';
const never = new AbortController().signal;
const request = (changes: Partial<SpeechRequest> = {}): SpeechRequest => ({ text: TEXT, language: 'en-GB', voice: undefined, pace: 150, ...changes });

let server: ElevenLabsServer | undefined;
let waits: number[] = [];

interface Opened extends Partial<Omit<ElevenLabsParts, 'openClient' | 'wait'>> {
  fault?: (call: number, path: string) => SpeechFault | undefined;
  key?: string;
  voices?: string[];
}

async function open({ fault, key = KEY, voices, ...parts }: Opened = {}): Promise<ElevenLabsSpeech> {
  server = await startElevenLabsServer({ key: KEY, ...(fault && { fault }), ...(voices && { voices }) });
  waits = [];
  return new ElevenLabsSpeech({
    openClient: lazyClient({ key, baseUrl: server.url }),
    async wait(seconds, signal) {
      signal.throwIfAborted();
      waits.push(seconds);
    },
    ...parts,
  });
}

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const paths = (): string[] => (server?.calls ?? []).map(({ path }) => path.replace(/^\/v1\//, ''));

/** The stand-in gives every character as long. */
function expectEvenTimes({ samples, sampleRate, alignment }: SpokenAudio, text: string): void {
  expect(alignment.characters.join('')).toBe(text);
  alignment.characterStartTimesSeconds.forEach((start, index) => expect(start).toBeCloseTo(index * 0.06, 2));
  expect(alignment.characterEndTimesSeconds.at(-1)).toBeCloseTo(samples.length / sampleRate, 9);
}

describe('what is asked of ElevenLabs', () => {
  it('is the voice that it is told, or the usual one, in the model’s terms', async () => {
    const usual = await open();
    await usual.speak(request(), never);
    await usual.speak(request({ voice: 'another-voice' }), never);
    expect(server?.calls.map(({ voice }) => voice)).toEqual(['pqHfZKP75CvOlQylNhV4', 'another-voice']);
    expect(server?.calls[0]?.body).toEqual({ text: TEXT, model_id: 'eleven_multilingual_v2', seed: 1, voice_settings: { speed: 1 } });
    await server?.close();
    const chosen = await open({ voiceId: 'mine', model: 'eleven_flash_v2_5' });
    await chosen.speak(request({ pace: 120 }), never);
    expect(server?.calls).toMatchObject([{ voice: 'mine', body: { language_code: 'en', model_id: 'eleven_flash_v2_5', voice_settings: { speed: 0.8 } } }]);
    expect(chosen.identity).not.toBe(usual.identity);
  });

  it('is nothing where there is nothing to say', async () => {
    const voice = await open();
    expect((await voice.speak(request({ text: ' … ' }), never)).samples).toHaveLength(0);
    expect(voice.price(request({ text: ' … ' }))).toMatchObject({ microDollars: 0, units: { characters: 0 } });
    expect(server?.calls).toEqual([]);
  });

  it('costs by the character, of which one outside the first plane is one', async () => {
    const voice = await open();
    expect(voice.price(request({ text: 'Let 𝑥 be 2.' }))).toEqual({ provider: 'elevenlabs', model: 'eleven_multilingual_v2', units: { characters: 11 }, microDollars: 1100 });
    expect(() => new ElevenLabsSpeech({ openClient: lazyClient({ key: KEY, baseUrl: undefined }), wait: async () => {}, model: 'eleven_v9' })).toThrow(expect.objectContaining({ code: 'unknown_model' }) as Error);
  });

  it('is several pieces where the text is too long for one, and one sound that fits its times', async () => {
    const text = 'This sentence is one of very many. '.repeat(300).trim();
    const voice = await open();
    const spoken = await voice.speak(request({ text }), never);
    const texts = (server?.calls ?? []).map(({ body }) => body['text'] as string);
    expect(texts.map((piece) => piece.length <= 10_000)).toEqual([true, true]);
    expect(texts.join('')).toBe(text);
    expect(texts.every((piece) => piece.trimEnd().endsWith('many.'))).toBe(true);
    expect(server?.calls.map(({ body }) => [body['previous_text'], body['next_text']])).toEqual([
      [undefined, expect.stringMatching(/^This/)],
      [expect.stringMatching(/many\. $/), undefined],
    ]);
    expect(spoken.alignment.characters.join('')).toBe(text);
    const starts = spoken.alignment.characterStartTimesSeconds;
    expect(starts.every((start, index) => index === 0 || start >= (starts[index - 1] as number))).toBe(true);
    // Each piece before it ends with 0.3 s of silence.
    const second = (texts[0] as string).length;
    expect(starts[second]).toBeCloseTo(second * 0.06 + 0.3, 2);
    expect(spoken.alignment.characterEndTimesSeconds.at(-1)).toBeCloseTo(spoken.samples.length / spoken.sampleRate, 6);
  });
});

describe('pieces of a text', () => {
  it.each([
    ['One. Two. Three.', 10, ['One. Two. ', 'Three.']],
    ['One two three four', 8, ['One two ', 'three ', 'four']],
    ['aaaaaaaaaa', 4, ['aaaa', 'aaaa', 'aa']],
    ['😀😀😀', 3, ['😀', '😀', '😀']],
    ['Short.', 100, ['Short.']],
  ])('%s, at most %i', (text, most, pieces) => {
    expect(chunksOf(text, { language: 'en', most })).toEqual(pieces);
  });
});

describe('times', () => {
  it('are those of the text as it was sent, without asking twice', async () => {
    const voice = await open();
    expectEvenTimes(await voice.speak(request(), never), TEXT);
    expect(paths()).toEqual(['text-to-speech/pqHfZKP75CvOlQylNhV4/with-timestamps']);
  });

  it.each(['late', 'early', 'backwards', 'other-text', 'missing'] as const)('that do not fit the audio (%s) are found by forced alignment', async (how) => {
    const voice = await open({ fault: (call) => (call === 1 ? { kind: 'times', how } : undefined) });
    expectEvenTimes(await voice.speak(request(), never), TEXT);
    expect(paths()).toEqual(['text-to-speech/pqHfZKP75CvOlQylNhV4/with-timestamps', 'forced-alignment']);
  });

  it('that fit in neither way are an error, not a film out of step', async () => {
    const voice = await open({ fault: () => ({ kind: 'times', how: 'early' }) });
    await expect(voice.speak(request(), never)).rejects.toMatchObject({ code: 'speech_timings', retryable: true });
  });
});

describe('trouble', () => {
  it.each<SpeechFault>([{ kind: 'status', status: 429 }, { kind: 'status', status: 500 }, { kind: 'status', status: 503 }, { kind: 'cut' }, { kind: 'malformed' }])(
    'that passes is waited for: %o',
    async (fault) => {
      const voice = await open({ fault: (call) => (call === 1 ? fault : undefined) });
      expectEvenTimes(await voice.speak(request(), never), TEXT);
      expect(server?.calls).toHaveLength(2);
      expect(waits).toEqual([expect.toSatisfy((seconds: number) => seconds >= 0.5 && seconds <= 1)]);
    },
  );

  it('is waited for as long as the provider asks', async () => {
    const voice = await open({ fault: (call) => (call === 1 ? { kind: 'status', status: 429, retryAfterSeconds: 9 } : undefined) });
    await voice.speak(request(), never);
    expect(waits).toEqual([9]);
  });

  it('in the alignment is waited for, too', async () => {
    const voice = await open({
      fault: (call) => (call === 1 ? { kind: 'times', how: 'late' } : call === 2 ? { kind: 'status', status: 503 } : undefined),
    });
    expectEvenTimes(await voice.speak(request(), never), TEXT);
    expect(paths()).toHaveLength(3);
  });

  it('that stays is told as speech that is down, after four calls', async () => {
    const voice = await open({ fault: () => ({ kind: 'status', status: 503 }) });
    await expect(voice.speak(request(), never)).rejects.toMatchObject({ code: 'speech_down', retryable: true });
    expect([server?.calls.length, waits.length]).toEqual([4, 3]);
  });

  it('of a service that is not there is the same', async () => {
    const voice = await open();
    await server?.close();
    await expect(voice.speak(request(), never)).rejects.toMatchObject({ code: 'speech_down', retryable: true });
  });

  it.each([
    [401, 'quota_exceeded', 'speech_quota'],
    [402, 'payment_required', 'speech_quota'],
    [403, 'missing_permissions', 'speech_unauthorised'],
    [400, 'invalid_voice_settings', 'speech_rejected'],
    [422, undefined, 'speech_rejected'],
  ])('that stays for ever is told at once: %i %s', async (status, word, code) => {
    const voice = await open({ fault: () => ({ kind: 'status', status, ...(word !== undefined && { word }) }) });
    const error: unknown = await voice.speak(request(), never).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'LecternError', code, retryable: false });
    expect(server?.calls).toHaveLength(1);
    for (const secret of [KEY, TEXT, 'may repeat']) expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(secret);
  });

  it('with the key or the voice is told as that', async () => {
    await expect((await open({ key: 'wrong' })).speak(request(), never)).rejects.toMatchObject({ code: 'speech_unauthorised' });
    await server?.close();
    await expect((await open({ voices: ['one'] })).speak(request({ voice: 'en-gb' }), never)).rejects.toMatchObject({
      code: 'speech_rejected',
      message: expect.stringContaining('voice_not_found') as string,
    });
  });

  it('does not keep a call that is stopped', async () => {
    const controller = new AbortController();
    const voice = await open({
      fault: () => {
        controller.abort(new Error('enough'));
        return { kind: 'stall' };
      },
    });
    await expect(voice.speak(request(), controller.signal)).rejects.toThrow('enough');
    expect(waits).toEqual([]);
  });
});
