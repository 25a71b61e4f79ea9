import { afterAll, describe, expect, it } from 'vitest';
import { LecternError } from '../../shared/errors.ts';
import { lazyClient } from '../../functions/speech/elevenlabs/client.ts';
import { ElevenLabsSpeech } from '../../functions/speech/elevenlabs/elevenlabs-speech.ts';
import { EspeakSpeech } from '../../functions/speech/espeak/espeak-speech.ts';
import type { Speech, SpeechRequest, SpokenAudio } from '../../functions/speech/port.ts';
import { SilentSpeech } from '../../functions/speech/silent/silent-speech.ts';
import { startElevenLabsServer } from '../support/elevenlabs-server.ts';

const CLI_PATH = new URL('../../speech-espeak/cli.ts', import.meta.url).pathname;
const never = new AbortController().signal;

const elevenLabs = await startElevenLabsServer({ key: 'right' });
const openClient = lazyClient({ key: 'right', baseUrl: elevenLabs.url });
afterAll(() => elevenLabs.close());

const adapters: { name: string; make: () => Speech }[] = [
  { name: 'espeak', make: () => new EspeakSpeech({ nodePath: process.execPath, cliPath: CLI_PATH }) },
  { name: 'elevenlabs', make: () => new ElevenLabsSpeech({ openClient, wait: async () => {} }) },
  { name: 'silent', make: () => new SilentSpeech() },
];

const texts: Record<string, { language: string; text: string }> = {
  'two sentences': { language: 'en', text: 'The area of the square is four. What follows, then?' },
  'numbers and signs': { language: 'en', text: '  “Of 1,250 cases, 3.14 % — or so.” R&D said: (a well-known) result…' },
  'markup of other programs': { language: 'en', text: 'If x<y & y>z then [[b]] <break time="3s"/> &amp; [[[c]] we stop.' },
  Spanish: { language: 'es', text: '¿Qué es la oferta? Es lo que se vende, según el precio.' },
  French: { language: 'fr-FR', text: 'L’eau monte dans la tige ; voilà où va l’énergie.' },
  German: { language: 'de', text: 'Die Fläche über der Hypotenuse ist größer.' },
  Chinese: { language: 'zh-CN', text: '你好，世界。今天我们学习数学。' },
  Japanese: { language: 'ja', text: 'こんにちは、数学を勉強します。' },
  'characters outside the first plane': { language: 'en', text: 'Let 𝑥 be 😀 or more.' },
  'nothing to say': { language: 'en', text: ' … ' },
  'no text': { language: 'en', text: '' },
};

const request = (changes: Partial<SpeechRequest>): SpeechRequest => ({ text: 'Five is less than eight.', language: 'en', voice: undefined, pace: 150, ...changes });

function expectWhole(spoken: SpokenAudio, text: string): void {
  const { characters, characterStartTimesSeconds: starts, characterEndTimesSeconds: ends } = spoken.alignment;
  expect(characters.join('')).toBe(text);
  expect(starts).toHaveLength(characters.length);
  expect(ends).toHaveLength(characters.length);
  let last = 0;
  characters.forEach((_, index) => {
    expect(starts[index]).toBeGreaterThanOrEqual(last);
    expect(ends[index]).toBeGreaterThanOrEqual(starts[index] as number);
    last = starts[index] as number;
  });
  if (characters.length > 0) expect(ends.at(-1)).toBeCloseTo(spoken.samples.length / spoken.sampleRate, 9);
}

describe.each(adapters)('the voice $name', ({ make }) => {
  const voice = make();

  it.each(Object.keys(texts))('gives every character of "%s" its time, in order, up to the end of the audio', async (key) => {
    const { language, text } = texts[key] as { language: string; text: string };
    expectWhole(await voice.speak(request({ text, language }), never), text);
  });

  it('gives the same samples for the same request, also side by side', async () => {
    const [first, ...others] = await Promise.all([make(), make(), make()].map((other) => other.speak(request({}), never)));
    for (const other of others) expect(other).toEqual(first);
  });

  it('speaks faster at a faster pace', async () => {
    const seconds = async (pace: number): Promise<number> => {
      const { samples, sampleRate } = await voice.speak(request({ pace }), never);
      return samples.length / sampleRate;
    };
    expect((await seconds(120)) / (await seconds(200))).toBeGreaterThan(1.4);
  });

  it('takes longer over more words', async () => {
    const short = await voice.speak(request({ text: 'One.' }), never);
    const long = await voice.speak(request({ text: 'One and two and three and four and five.' }), never);
    expect(long.samples.length).toBeGreaterThan(short.samples.length * 2);
  });

  it('refuses a pace that no voice can keep', async () => {
    await expect(make().speak(request({ pace: 0 }), never)).rejects.toMatchObject({ name: 'LecternError', code: 'speech-pace' });
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const speaking = make().speak(request({ text: 'A long text. '.repeat(200) }), AbortSignal.any([controller.signal, AbortSignal.abort(new Error('enough'))]));
    await expect(speaking).rejects.toThrow('enough');
  });

  it('says what it is, the same for each instance', () => {
    expect(make().identity).toBe(make().identity);
    expect(make().identity).toMatch(/\d/);
  });
});

describe('errors of a voice', () => {
  it('are the errors of Lectern', async () => {
    const voice = new EspeakSpeech({ nodePath: process.execPath, cliPath: CLI_PATH });
    await expect(voice.speak(request({ language: 'tlh-x' }), never)).rejects.toBeInstanceOf(LecternError);
  });
});
