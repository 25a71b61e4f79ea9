import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EspeakSpeech } from '../../functions/speech/espeak/espeak-speech.ts';
import { chooseVoice } from '../../functions/speech/espeak/voices.ts';
import type { EspeakVoice } from '../../functions/speech/espeak/voices.ts';
import { LecternError } from '../../shared/errors.ts';
import { scratchFolder } from '../support/command-line.ts';
import { CLI_PATH, tell } from '../support/espeak-command.ts';

const never = new AbortController().signal;
const scratch = scratchFolder();
afterAll(scratch.remove);

/** The adapter over a program that stands in for the real one and misbehaves. */
function over(name: string, source: string): EspeakSpeech {
  const folder = join(scratch.path, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"version":"1.0.0","type":"module","dependencies":{}}');
  writeFileSync(join(folder, 'cli.ts'), source);
  return new EspeakSpeech({ nodePath: process.execPath, cliPath: join(folder, 'cli.ts') });
}

const request = { text: 'Hello.', language: 'en', voice: undefined, pace: 150 };

describe('choosing a voice', async () => {
  const { answers } = await tell([{ id: 1, type: 'voices' }]);
  const list = { voices: answers[0]?.header.voices as EspeakVoice[], variants: answers[0]?.header.variants as string[] };
  const chosen = (language: string, voice?: string): string => {
    const { identifier, variant } = chooseVoice(list, language, voice);
    return variant === undefined ? identifier : `${identifier}+${variant}`;
  };
  const refusal = (language: string, voice?: string): LecternError => {
    try {
      chosen(language, voice);
    } catch (error) {
      if (error instanceof LecternError) return error;
    }
    throw new Error('it was not refused');
  };

  it('follows the language, with the region where there is a voice for it', () => {
    const spoken = { en: 'gmw/en-US', 'en-GB': 'gmw/en', 'en-AU': 'gmw/en-US', es: 'roa/es', 'es-ES': 'roa/es', 'es-MX': 'roa/es-419', 'es-AR': 'roa/es-419', fr: 'roa/fr', de: 'gmw/de', 'de-AT': 'gmw/de', 'zh-Hans-CN': 'sit/cmn', 'zh-HK': 'sit/yue', ja: 'jpx/ja', pt: 'roa/pt', 'pt-BR': 'roa/pt-BR', no: 'gmq/nb' };
    for (const [language, identifier] of Object.entries(spoken)) expect(chosen(language), language).toBe(identifier);
  });

  it('takes a voice by any of its names, with a variant or a variant alone', () => {
    expect(chosen('en', 'en-gb')).toBe('gmw/en');
    expect(chosen('en', 'GMW/en-US')).toBe('gmw/en-US');
    expect(chosen('es', 'Spanish (Spain)')).toBe('roa/es');
    expect(chosen('es', 'es-419+f3')).toBe('roa/es-419+f3');
    expect(chosen('es', '+f3')).toBe('roa/es+f3');
  });

  it('names what there is when it is asked for something else', () => {
    expect(refusal('qq')).toMatchObject({ code: 'speech-language', fix: expect.stringMatching(/\bde\b.*\ben\b.*\bes\b/) });
    expect(refusal('es', 'Rachel')).toMatchObject({ code: 'speech-voice', message: expect.stringContaining('Rachel'), fix: expect.stringContaining('es-419') });
    expect(refusal('es', 'Rachel').fix).not.toContain('en-us');
    expect(refusal('es', 'es+nobody')).toMatchObject({ code: 'speech-voice', fix: expect.stringContaining('f3') });
  });
});

describe('the adapter', { timeout: 60_000 }, () => {
  it('says which espeak-ng it is', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('../../speech-espeak/package.json', import.meta.url), 'utf8'));
    expect(new EspeakSpeech({ nodePath: process.execPath, cliPath: CLI_PATH }).identity).toContain(dependencies['@echogarden/espeak-ng-emscripten']);
  });

  it('tells that a section is too long to be spoken at once', async () => {
    const speech = new EspeakSpeech({ nodePath: process.execPath, cliPath: CLI_PATH });
    await expect(speech.speak({ ...request, text: 'long '.repeat(5000) }, never)).rejects.toMatchObject({ code: 'speech-text', fix: expect.stringContaining('Split'), retryable: false });
  });

  it.each([
    ['ends early', 'process.stderr.write("out of luck"); process.exit(3);', 'status 3: out of luck'],
    ['says nothing', '', 'no answer'],
    ['promises more than it gives', 'console.log(JSON.stringify({ id: 1, type: "speech", sampleRate: 22050, bytes: 10, events: [] }));', 'announced 10 bytes'],
    ['talks nonsense', 'console.log("hello");', 'not valid JSON'],
  ])('tells when the program %s', async (name, source, reason) => {
    const failing = over(name, source).speak(request, never);
    await expect(failing).rejects.toMatchObject({ name: 'LecternError', code: 'speech-failed', retryable: true, message: expect.stringContaining(reason) });
  });

  it('tells when the program cannot be started', async () => {
    const speech = new EspeakSpeech({ nodePath: join(scratch.path, 'no-node'), cliPath: CLI_PATH });
    await expect(speech.speak(request, never)).rejects.toMatchObject({ code: 'speech-failed', message: expect.stringContaining('ENOENT') });
  });

  it('ends a program that is still busy when it is told to stop', async () => {
    const started = join(scratch.path, 'started');
    const speech = over('endless', `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(started)}, String(process.pid)); setInterval(() => {}, 1000);`);
    const controller = new AbortController();
    const speaking = speech.speak(request, controller.signal);
    const settled = expect(speaking).rejects.toThrow('enough');
    await expect.poll(() => readdirSync(scratch.path), { timeout: 20_000 }).toContain('started');
    await expect.poll(() => readFileSync(started, 'utf8')).toMatch(/^\d+$/);
    controller.abort(new Error('enough'));
    await settled;
    const pid = Number(readFileSync(started, 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('keeps the environment of its caller to itself', async () => {
    const seen = join(scratch.path, 'environment');
    const speech = over('curious', `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(seen)}, JSON.stringify(Object.keys(process.env)));`);
    await expect(speech.speak(request, never)).rejects.toThrow();
    expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual([]);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
