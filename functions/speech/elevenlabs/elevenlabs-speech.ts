import type { ElevenLabs, ElevenLabsClient } from '@elevenlabs/elevenlabs-js';
import { LecternError } from '../../../shared/errors.ts';
import { isSpokenCharacter } from '../../../shared/spoken-characters.ts';
import type { Alignment, Speech, SpeechPrice, SpeechRequest, SpokenAudio } from '../port.ts';
import { chunksOf } from './chunks.ts';
import { USUAL_MODEL, voiceModel, type VoiceModel } from './models.ts';
import { samplesOf, wavOf } from './pcm.ts';
import { steadfast, type Wait } from './steadfast.ts';
import { alignmentOf, durationSeconds, joinedAlignments, type Sound, timesAgree, type TimedCharacter } from './timings.ts';

/** Bill, a calm American voice of the library. */
const USUAL_VOICE = 'pqHfZKP75CvOlQylNhV4';
/** The rate that every subscription has. */
const OUTPUT_FORMAT = 'pcm_24000';
const SAMPLE_RATE = 24_000;
/** Best effort of the provider to say the same in the same way. */
const SEED = 1;
const LONGEST_CALL_SECONDS = 120;
/** Words a minute of the voices as they are, and how far from it they can be driven. */
const USUAL_WORDS_PER_MINUTE = 150;
const SLOWEST_SPEED = 0.7;
const FASTEST_SPEED = 1.2;
const SLOWEST_WORDS_PER_MINUTE = 80;
const FASTEST_WORDS_PER_MINUTE = 450;
/** How much of what stands before and after a piece is told, so that its tone fits. */
const CONTEXT_CHARACTERS = 300;
/** To be raised whenever alignment or settings change, since recorded speech is kept by `identity`. */
const ADAPTER_VERSION = 1;

export interface ElevenLabsParts {
  /** The SDK takes a second to load: it is opened when first something is said. */
  openClient: () => Promise<Pick<ElevenLabsClient, 'textToSpeech' | 'forcedAlignment'>>;
  voiceId?: string | undefined;
  model?: string | undefined;
  wait: Wait;
  /** After which a call that has brought nothing is given up. */
  longestCallSeconds?: number | undefined;
}

type Piece = { sound: Sound; alignment: Alignment };

/** Voices of ElevenLabs, with their times checked against what is heard. A voice is named by its id. */
export class ElevenLabsSpeech implements Speech {
  readonly identity: string;
  readonly #parts: ElevenLabsParts;
  readonly #model: string;
  readonly #known: VoiceModel;
  readonly #voiceId: string;

  /** @throws LecternError `unknown_model` */
  constructor(parts: ElevenLabsParts) {
    this.#parts = parts;
    this.#model = parts.model ?? USUAL_MODEL;
    this.#known = voiceModel(this.#model);
    this.#voiceId = parts.voiceId ?? USUAL_VOICE;
    this.identity = `elevenlabs ${this.#model}, voice ${this.#voiceId}, ${OUTPUT_FORMAT}, adapter ${ADAPTER_VERSION}`;
  }

  price({ text }: SpeechRequest): SpeechPrice {
    const characters = isSpoken(text) ? Array.from(text).length : 0;
    return { provider: 'elevenlabs', model: this.#model, units: { characters }, microDollars: Math.ceil(characters * this.#known.microDollarsACharacter) };
  }

  /** @throws LecternError `speech-pace`, `speech_timings`, and those of `steadfast`; the signal's reason when aborted */
  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpokenAudio> {
    signal.throwIfAborted();
    const speed = speedOf(request.pace);
    if (!isSpoken(request.text)) return { samples: new Int16Array(), sampleRate: SAMPLE_RATE, alignment: alignmentOfSilence(request.text) };
    const chunks = chunksOf(request.text, { language: request.language, most: this.#known.charactersAtOnce });
    const pieces: Piece[] = [];
    for (const [index, text] of chunks.entries()) {
      const before = chunks.slice(0, index).join('').slice(-CONTEXT_CHARACTERS);
      const after = chunks.slice(index + 1).join('').slice(0, CONTEXT_CHARACTERS);
      pieces.push(await this.#say({ request, speed, text, before, after }, signal));
    }
    return {
      samples: joinedSamples(pieces.map(({ sound }) => sound.samples)),
      sampleRate: SAMPLE_RATE,
      alignment: joinedAlignments(pieces.map(({ alignment, sound }) => ({ alignment, seconds: durationSeconds(sound) }))),
    };
  }

  async #say({ request, speed, text, before, after }: Saying, signal: AbortSignal): Promise<Piece> {
    const client = await this.#parts.openClient();
    const settings = { timeoutInSeconds: this.#parts.longestCallSeconds ?? LONGEST_CALL_SECONDS, maxRetries: 0, abortSignal: signal };
    const patience = { wait: this.#parts.wait, signal };
    const asked: ElevenLabs.BodyTextToSpeechFullWithTimestamps = {
      text,
      modelId: this.#model,
      outputFormat: OUTPUT_FORMAT,
      seed: SEED,
      voiceSettings: { speed },
      ...(this.#known.takesLanguage && { languageCode: request.language.split('-')[0] as string }),
      ...(before !== '' && { previousText: before }),
      ...(after !== '' && { nextText: after }),
    };
    const said = await steadfast(() => client.textToSpeech.convertWithTimestamps(request.voice ?? this.#voiceId, asked, settings), patience);
    const sound = { samples: samplesOf(said.audioBase64), sampleRate: SAMPLE_RATE };
    const alignment = checkedAlignment(text, timedBy(said.alignment), sound);
    if (alignment) return { sound, alignment };

    const heard = await steadfast(() => client.forcedAlignment.create({ file: new Blob([wavOf(sound.samples, SAMPLE_RATE) as Uint8Array<ArrayBuffer>], { type: 'audio/wav' }), text }, settings), patience);
    const timed = heard.characters.map(({ text: character, start, end }) => ({ text: character, startSeconds: start, endSeconds: end }));
    const forced = checkedAlignment(text, timed, sound);
    if (forced) return { sound, alignment: forced };
    throw new LecternError('speech_timings', {
      message: 'ElevenLabs gave times of the narration that do not fit its audio, twice.',
      fix: 'Start again, or choose another voice.',
      retryable: true,
    });
  }
}

interface Saying {
  request: SpeechRequest;
  speed: number;
  text: string;
  before: string;
  after: string;
}

const isSpoken = (text: string): boolean => Array.from(text).some(isSpokenCharacter);

function alignmentOfSilence(text: string): Alignment {
  const characters = Array.from(text);
  const times = characters.map(() => 0);
  return { characters, characterStartTimesSeconds: times, characterEndTimesSeconds: [...times] };
}

function speedOf(pace: number): number {
  if (pace >= SLOWEST_WORDS_PER_MINUTE && pace <= FASTEST_WORDS_PER_MINUTE) {
    return Math.min(FASTEST_SPEED, Math.max(SLOWEST_SPEED, pace / USUAL_WORDS_PER_MINUTE));
  }
  throw new LecternError('speech-pace', {
    message: `No voice can speak ${pace} words a minute.`,
    fix: `Choose a pace between ${SLOWEST_WORDS_PER_MINUTE} and ${FASTEST_WORDS_PER_MINUTE} words a minute.`,
  });
}

/** The times of the text as it was sent; those of the text as it was read aloud are of other characters. */
function timedBy(alignment: ElevenLabs.CharacterAlignmentResponseModel | undefined): TimedCharacter[] {
  const { characters = [], characterStartTimesSeconds: starts = [], characterEndTimesSeconds: ends = [] } = alignment ?? {};
  return characters.map((text, index) => ({ text, startSeconds: starts[index] ?? NaN, endSeconds: ends[index] ?? NaN }));
}

function checkedAlignment(text: string, timed: TimedCharacter[], sound: Sound): Alignment | undefined {
  return timesAgree(timed, sound) ? alignmentOf(text, timed, durationSeconds(sound)) : undefined;
}

function joinedSamples(parts: Int16Array[]): Int16Array {
  const joined = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
