/** One utterance, in a thread of its own: an instance keeps state that changes the sound of what it says next. */
import { parentPort, workerData } from 'node:worker_threads';
import initialise from '@echogarden/espeak-ng-emscripten';
import type { EspeakEvent, EspeakModule, EspeakWorker } from '@echogarden/espeak-ng-emscripten';
import { withoutMarkup } from './markup.ts';
import type { Failure, Header, Request, SpeakRequest, SpeechEvent, Voice, VoicesHeader } from './protocol.ts';

const VARIANT_FOLDER = '/usr/share/espeak-ng-data/voices/!v';
const MIDDLE_PERCENT = 50;

interface Answer {
  header: Header;
  samples: Buffer;
}

const refusal = (code: Failure['code'], message: string): Answer => ({ header: { type: 'error', code, message }, samples: Buffer.alloc(0) });

const listVoices = (module: EspeakModule, worker: EspeakWorker): VoicesHeader => ({
  type: 'voices',
  voices: worker.list_voices().map(({ name, identifier, languages }) => ({ name: name.trim(), identifier, languages })),
  variants: module.FS.readdir(VARIANT_FOLDER).filter((name) => !name.startsWith('.')).sort(),
});

/** espeak-ng knows some voices by their identifiers only, though it lists the names of their languages. */
function identifierOf({ voices }: VoicesHeader, wanted: string): string | undefined {
  const priority = ({ languages }: Voice): number => languages.find(({ name }) => name === wanted)?.priority ?? Infinity;
  const speaking = voices.filter((voice) => priority(voice) < Infinity).sort((a, b) => priority(a) - priority(b));
  return voices.find(({ identifier }) => identifier === wanted)?.identifier ?? speaking[0]?.identifier;
}

const toSpeechEvent = (event: EspeakEvent, sourcePositions: number[]): SpeechEvent | undefined => {
  if (event.type !== 'word' && event.type !== 'phoneme' && event.type !== 'end') return undefined;
  const last = sourcePositions.at(-1) ?? 0;
  const position = sourcePositions[Math.max(0, event.text_position - 1)] ?? last;
  const common = { type: event.type, position, milliseconds: event.audio_position };
  return event.type === 'phoneme' ? { ...common, phoneme: String(event.id ?? '') } : common;
};

function say(worker: EspeakWorker, request: SpeakRequest): Answer {
  const { text, sourcePositions } = withoutMarkup(request.text);
  const chunks: Buffer[] = [];
  const events: SpeechEvent[] = [];
  worker.set_rate(Math.round(request.wordsPerMinute));
  worker.set_pitch(MIDDLE_PERCENT);
  worker.set_range(MIDDLE_PERCENT);
  worker.synthesize(text, (samples, batch) => {
    if (samples !== null) chunks.push(Buffer.from(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)));
    for (const event of batch) {
      const told = toSpeechEvent(event, sourcePositions);
      if (told !== undefined) events.push(told);
    }
    return false;
  });
  const samples = Buffer.concat(chunks);
  return { header: { type: 'speech', sampleRate: worker.get_samplerate(), bytes: samples.byteLength, events }, samples };
}

async function answer(request: Request): Promise<Answer> {
  const quiet = (line: string): void => void process.stderr.write(`${line}\n`);
  // espeak-ng complains of the voice that it has not been given yet: what it prints before then means nothing.
  let started = false;
  const module = await initialise({ print: (line) => started && quiet(line), printErr: (line) => started && quiet(line) });
  const worker = await new module.eSpeakNGWorker();
  started = true;
  const list = listVoices(module, worker);
  if (request.type === 'voices') return { header: list, samples: Buffer.alloc(0) };
  const voice = identifierOf(list, request.voice);
  if (voice === undefined) return refusal('unknown-voice', `no voice is called ${JSON.stringify(request.voice)}`);
  // An unknown variant is taken without a word and changes nothing.
  if (request.variant !== undefined && !list.variants.includes(request.variant)) {
    return refusal('unknown-variant', `no variant is called ${JSON.stringify(request.variant)}`);
  }
  const status = worker.set_voice(request.variant === undefined ? voice : `${voice}+${request.variant}`);
  if (status !== 0) return refusal('unknown-voice', `espeak-ng refused the voice ${JSON.stringify(request.voice)} (status ${status})`);
  return say(worker, request);
}

const { header, samples } = await answer(workerData as Request);
parentPort?.postMessage({ header, samples });
