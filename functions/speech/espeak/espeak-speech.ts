import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { LecternError } from '../../../shared/errors.ts';
import type { Speech, SpeechPrice, SpeechRequest, SpokenAudio } from '../port.ts';
import { alignmentOf } from './alignment.ts';
import { askEspeak } from './command-line.ts';
import type { EspeakCommand } from './command-line.ts';
import { chooseVoice } from './voices.ts';
import type { EspeakVoices } from './voices.ts';

const SLOWEST_WORDS_PER_MINUTE = 80;
const FASTEST_WORDS_PER_MINUTE = 450;
/** To be raised whenever alignment or the choice of voices changes, since recorded speech is kept by `identity`. */
const ADAPTER_VERSION = 1;

const manifestSchema = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) });

function identityOf(cliPath: string): string {
  const manifestPath = cliPath.replace(/[^/]*$/, 'package.json');
  const { version, dependencies } = manifestSchema.parse(JSON.parse(readFileSync(manifestPath, 'utf8')));
  return `espeak-ng ${dependencies['@echogarden/espeak-ng-emscripten'] ?? 'unknown'}, program ${version}, adapter ${ADAPTER_VERSION}`;
}

/**
 * Embedded speech without network or account, in about 130 voices. espeak-ng is under the GPL: it runs as a program
 * of its own, and nothing of it is imported here. The same request gives the same samples.
 */
export class EspeakSpeech implements Speech {
  readonly identity: string;
  readonly #command: EspeakCommand;
  #voices: EspeakVoices | undefined;

  constructor(command: EspeakCommand) {
    this.#command = command;
    this.identity = identityOf(command.cliPath);
  }

  async #listVoices(signal: AbortSignal): Promise<EspeakVoices> {
    if (this.#voices !== undefined) return this.#voices;
    const { header } = await askEspeak(this.#command, { type: 'voices' }, signal);
    if (header.type !== 'voices') throw new TypeError(`voices were asked for, "${header.type}" was answered`);
    this.#voices = { voices: header.voices, variants: header.variants };
    return this.#voices;
  }

  /** It runs on this machine, and costs nothing. */
  price({ text }: SpeechRequest): SpeechPrice {
    return { provider: 'espeak-ng', model: this.identity, units: { characters: text.length }, microDollars: 0 };
  }

  /** @throws LecternError `speech-language`, `speech-voice`, `speech-pace`, `speech-text` or `speech-failed` */
  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpokenAudio> {
    const { text, language, voice, pace } = request;
    if (!(pace >= SLOWEST_WORDS_PER_MINUTE && pace <= FASTEST_WORDS_PER_MINUTE)) {
      throw new LecternError('speech-pace', {
        message: `espeak-ng cannot speak ${pace} words a minute.`,
        fix: `Choose a pace from ${SLOWEST_WORDS_PER_MINUTE} to ${FASTEST_WORDS_PER_MINUTE}.`,
      });
    }
    const { identifier, variant } = chooseVoice(await this.#listVoices(signal), language, voice);
    const { header, samples } = await askEspeak(this.#command, { type: 'speak', text, voice: identifier, variant, wordsPerMinute: pace }, signal);
    if (header.type !== 'speech') throw new TypeError(`speech was asked for, "${header.type}" was answered`);
    const durationSeconds = samples.length / header.sampleRate;
    return { samples, sampleRate: header.sampleRate, alignment: alignmentOf(text, header.events, durationSeconds) };
  }
}
