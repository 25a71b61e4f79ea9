import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderArtefacts } from '../../functions/artefacts/folder.ts';
import type { Artefacts } from '../../functions/artefacts/port.ts';
import { systemClock } from '../../functions/clock/system.ts';
import { type Authors, composeJob, type Outlets, type Workshop } from '../../functions/compose.ts';
import { drawnHere, type JobCompute } from '../../functions/compose-compute.ts';
import { openFlavors, topicAuthors } from '../../functions/compose-topic.ts';
import type { MediaTool } from '../../functions/compute/port.ts';
import { readConfig } from '../../functions/config.ts';
import { costCap } from '../../functions/costs/cost-cap.ts';
import { type MemoryCosts, memoryCosts } from '../../functions/costs/memory.ts';
import { room } from '../../functions/engine/room.ts';
import type { Flavors } from '../../functions/flavors/port.ts';
import { anthropicLlm } from '../../functions/llm/anthropic/anthropic-llm.ts';
import { knownModels } from '../../functions/llm/known-models.ts';
import { noMaterials } from '../../functions/materials/none.ts';
import { makeFilm } from '../../functions/pipeline/run.ts';
import { eventLog } from '../../functions/progress/event-log.ts';
import { folderPublisher } from '../../functions/publish/folder.ts';
import { noRecords } from '../../functions/records/none.ts';
import { lazyClient } from '../../functions/speech/elevenlabs/client.ts';
import { ElevenLabsSpeech } from '../../functions/speech/elevenlabs/elevenlabs-speech.ts';
import { SilentSpeech } from '../../functions/speech/silent/silent-speech.ts';
import type { JobEvent, Phase } from '../../shared/contract/event.ts';
import { faultsOf } from '../../shared/errors.ts';
import { type PlannedFault, type ServedEntry, startClaudeServer } from './claude-server/claude-server.ts';
import { type SpeechFault, startElevenLabsServer } from './elevenlabs-server.ts';
import { plainRenderer } from './plain-renderer.ts';

const FAULT_FIXTURES = fileURLToPath(new URL('../fixtures/faults/', import.meta.url));
export const FAULT_TOPIC = 'why bread dough rises';
/** What every text is counted as, so that the table says the same when a prompt is put in other words. */
const TOKENS_A_TEXT = 100;
/** In films in which something falls silent; in all others nothing does, however busy the machine is. */
const SHORT_SILENCE_SECONDS = 2;
const LONG_SILENCE_SECONDS = 15;
const MOST_SECONDS = 60;

/** What goes wrong in one film. */
export interface FilmFault {
  claude?: PlannedFault[];
  /** Of the nth call of the paid voice, which narrates only where this is there. */
  speech?: (call: number) => SpeechFault | undefined;
  /** The embedded voice stands in for the paid one where that stays down. */
  speechInstead?: boolean;
  /** Something in it falls silent: that is found out soon. */
  silent?: boolean;
  /** The job may cost no more from this phase on. */
  capAt?: Phase;
}

export interface FilmEnd {
  outcome: 'whole' | 'partial' | 'failed';
  /** Of the fault that ended it. */
  code: string | undefined;
  events: JobEvent[];
  costs: MemoryCosts;
  served: ServedEntry[];
  speechCalls: number;
  /** Seconds that were waited for, at no time at all. */
  waits: number[];
  error: unknown;
}

type Ended = Pick<FilmEnd, 'outcome' | 'code' | 'error'>;

/** What of a film's making a test puts in place of the usual. */
type StudioPorts = Workshop['ports'] & Pick<JobCompute, 'renderer' | 'formulas'>;

export interface FilmChanges {
  jobId?: string;
  outlets?: (usual: Outlets) => Outlets;
  workshop?: (usual: StudioPorts) => StudioPorts;
  /** Around the making, such as the scope of those who watch. */
  around?: (work: () => Promise<Ended>) => Promise<Ended>;
  listen?: (event: JobEvent) => void;
  /** Of the providers, who know no other. */
  keys?: { claude: string; elevenLabs: string };
  fetch?: typeof globalThis.fetch;
}

const config = readConfig();

/** ffmpeg as it is, without a sandbox around it: what it reads here was made here. */
const media: MediaTool = {
  identity: 'ffmpeg',
  run: ({ program, args, folder }, signal) =>
    new Promise((resolve) => {
      execFile(program, args, { cwd: folder, encoding: 'buffer', maxBuffer: 2 ** 28, signal }, (error, stdout, stderr) =>
        resolve({ exitCode: error === null ? 0 : 1, stdout, stderr: stderr.toString('utf8') }),
      );
    }),
};

/** Films over the local providers: pipeline, planner, writer, asking and speech are the real ones, and scenes are drawn plainly. */
export class FaultStudio {
  readonly #folder: string;
  readonly #renderer;
  /** What nobody was asked for. */
  readonly #made: Artefacts;
  #flavors: Promise<Flavors> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    const clips = join(folder, 'clips');
    mkdirSync(clips);
    this.#renderer = plainRenderer(clips);
    this.#made = folderArtefacts(join(folder, 'made'));
  }

  /** Makes one film, with nothing kept of any other but finished clips. Fails where it hangs, or leaves money set aside. */
  async film(fault: FilmFault, changes: FilmChanges = {}): Promise<FilmEnd> {
    const { keys = { claude: 'right', elevenLabs: 'right' } } = changes;
    const count = (text: string): number => (text === '' ? 0 : TOKENS_A_TEXT);
    const claude = await startClaudeServer({ folder: FAULT_FIXTURES, key: keys.claude, count, ...(fault.claude && { faults: fault.claude }) });
    const voice = fault.speech && (await startElevenLabsServer({ key: keys.elevenLabs, fault: fault.speech }));
    const waits: number[] = [];
    const wait = async (seconds: number, signal: AbortSignal): Promise<void> => {
      signal.throwIfAborted();
      waits.push(seconds);
    };
    const silenceSeconds = fault.silent ? SHORT_SILENCE_SECONDS : LONG_SILENCE_SECONDS;
    const llm = anthropicLlm({ key: keys.claude, baseUrl: claude.url, fetch: changes.fetch ?? fetch, silenceSeconds });
    const authors = topicAuthors({ flavors: await this.#openFlavors(), models: knownModels, llm, wait }, { topic: FAULT_TOPIC, wishes: { quality: 'preview', seconds: 36 } });
    const paid = voice && new ElevenLabsSpeech({ openClient: lazyClient({ key: keys.elevenLabs, baseUrl: voice.url }), wait, longestCallSeconds: silenceSeconds });
    const silent = new SilentSpeech();
    const speech = { speech: paid ?? silent, ...(fault.speechInstead && { speechInstead: silent }) };
    try {
      const made = await this.#make({ authors, fault, speech }, changes);
      return { ...made, served: claude.served, speechCalls: voice?.calls.length ?? 0, waits };
    } finally {
      await Promise.all([claude.close(), voice?.close()]);
    }
  }

  #openFlavors(): Promise<Flavors> {
    const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, with: () => silent };
    return (this.#flavors ??= openFlavors(config, silent));
  }

  async #make({ authors, fault, speech }: Making, changes: FilmChanges): Promise<Pick<FilmEnd, 'outcome' | 'code' | 'events' | 'costs' | 'error'>> {
    const { jobId = randomUUID(), around = (work) => work() } = changes;
    const events: JobEvent[] = [];
    const costs = memoryCosts();
    const usual: Outlets = {
      progress: eventLog(jobId, () => systemClock.now(), [(event) => void events.push(event), changes.listen ?? (() => {})]),
      records: noRecords,
      costs: cappedFrom(fault.capAt, costs),
      publisher: folderPublisher(join(this.#folder, jobId)),
    };
    const outlets = changes.outlets?.(usual) ?? usual;
    // Questions are asked anew in every film; what is made of the same answers is not made again.
    const artefacts = layered(folderArtefacts(join(this.#folder, jobId, 'artefacts')), { shared: this.#made, names: fault.speech ? PICTURES : [...PICTURES, ...SILENCE] });
    const ports = { ...speech, renderer: this.#renderer, formulas: { check: async () => [] }, media, artefacts, clock: systemClock };
    const { renderer, formulas, ...shared } = changes.workshop?.(ports) ?? ports;
    const workshop: Workshop = { ports: shared, compute: drawnHere({ renderer, formulas, media: shared.media }, 1), places: room(1) };
    const work = { ...config, workFolder: join(this.#folder, 'work') };
    const controller = new AbortController();
    const outcome = await around(async (): Promise<Ended> => {
      const composed = await composeJob({ config: work, jobId, workshop, authors, materials: noMaterials, ...outlets, signal: controller.signal });
      try {
        const { partial } = await inTime(makeFilm({ jobId, source: FAULT_TOPIC, name: 'film' }, composed.ports));
        return { outcome: partial ? 'partial' : 'whole', code: undefined, error: undefined };
      } catch (error) {
        return { outcome: 'failed', code: faultsOf(error)[0]?.code, error };
      } finally {
        controller.abort();
        await composed.close();
      }
    });
    if (costs.reservedMicroDollars > 0) throw new Error(`${costs.reservedMicroDollars} micro-dollars stay set aside`);
    return { ...outcome, events, costs };
  }
}

interface Making {
  authors: Authors;
  fault: FilmFault;
  speech: Pick<Workshop['ports'], 'speech' | 'speechInstead'>;
}

const PICTURES = ['clip.mp4', 'film.mp4', 'poster.jpg', 'facts.json'];
const SILENCE = ['narration.wav', 'timing.json'];

/** What models and paid voices said is the job's own; the rest is all jobs'. */
const layered = (own: Artefacts, { shared, names }: { shared: Artefacts; names: string[] }): Artefacts => ({
  get: async (key) => (await own.get(key)) ?? shared.get(key),
  put: (key, path) => (names.includes(basename(path)) ? shared : own).put(key, path),
});

function cappedFrom(phase: Phase | undefined, costs: MemoryCosts): MemoryCosts {
  if (phase === undefined) return costs;
  return Object.assign(Object.create(costs) as MemoryCosts, {
    reserve: async (call: Parameters<MemoryCosts['reserve']>[0]) => {
      const { spentMicroDollars, reservedMicroDollars } = costs;
      if (call.phase === phase) throw costCap({ spentMicroDollars, reservedMicroDollars, mostMicroDollars: call.mostMicroDollars, capMicroDollars: spentMicroDollars });
      return costs.reserve(call);
    },
  });
}

async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The film hangs: nothing came of it in ${MOST_SECONDS} s.`)), MOST_SECONDS * 1000);
  });
  return Promise.race([work, over]).finally(() => clearTimeout(timer));
}
