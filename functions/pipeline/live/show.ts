import type { Outline, Section } from '../../../shared/contract/plan.ts';
import { encoderProfiles } from '../../../shared/contract/quality.ts';
import { LecternError } from '../../../shared/errors.ts';
import { audioSeconds } from '../../media/live/audio-segments.ts';
import { framesOf, type LiveRecord, readRecords } from '../../media/live/record.ts';
import type { Ports } from '../ports.ts';
import type { SectionOutcome } from '../types.ts';
import { appendSection } from './append.ts';
import { type ReadySection, readySection } from './note.ts';
import type { EncodedSound } from './sound.ts';

/** A film that is watched while it is made. */
export interface Show {
  /** A section is finished. It is shown once all before it are, and nobody waits for that. */
  add(outcome: SectionOutcome, content: Section): void;
  /** What was added and is not shown yet is made anew. */
  startOver(): void;
  /** Resolves once everything that was added is shown. */
  settled(): Promise<void>;
}

type ShowPorts = Pick<Ports, 'live' | 'artefacts' | 'workspace' | 'media' | 'progress'>;

const unseen: Show = { add: () => {}, startOver: () => {}, settled: async () => {} };

/**
 * Makes the film and shows what is finished of it meanwhile, where somebody can watch. Whatever goes wrong with showing it is told, and
 * costs the film nothing.
 */
export async function withShow<T>(outline: Outline, ports: ShowPorts, make: (show: Show) => Promise<T>): Promise<T> {
  if (ports.live === undefined) return make(unseen);
  const over = new AbortController();
  const show = new LiveShow({ outline, live: ports.live, signal: over.signal }, ports);
  try {
    return await make(show);
  } finally {
    over.abort();
    await show.settled();
  }
}

interface Showing {
  outline: Outline;
  live: NonNullable<Ports['live']>;
  signal: AbortSignal;
}

interface Finished {
  outcome: SectionOutcome;
  content: Section;
}

class LiveShow implements Show {
  readonly #showing: Showing;
  readonly #ports: ShowPorts;
  readonly #waiting = new Map<number, Finished>();
  readonly #known = new Set<number>();
  #work: Promise<void> = Promise.resolve();
  #isBroken = false;
  #sound: EncodedSound | undefined;
  #shown: LiveRecord[] = [];

  constructor(showing: Showing, ports: ShowPorts) {
    this.#showing = showing;
    this.#ports = ports;
  }

  add(outcome: SectionOutcome, content: Section): void {
    this.#waiting.set(outcome.section, { outcome, content });
    // One after the other: what is shown of a section rests on all before it.
    this.#work = this.#work.then(() => this.#attempt(() => this.#showWaiting()));
  }

  startOver(): void {
    this.#waiting.clear();
  }

  settled(): Promise<void> {
    return this.#work;
  }

  async #showWaiting(): Promise<void> {
    for (let shown = await this.#told(); ; shown = await this.#told()) {
      const finished = this.#waiting.get(shown.length + 1);
      if (finished === undefined) return;
      await this.#append(shown, await readySection(finished, this.#showing.outline, this.#ports));
    }
  }

  /** What can be watched by now; those of it that were waiting are told of. */
  async #told(): Promise<LiveRecord[]> {
    const shown = await readRecords((name) => this.#showing.live.files.read(name), this.#shown);
    this.#shown = shown;
    for (const { section } of shown) if (this.#waiting.delete(section)) await this.#tell(section, shown.slice(0, section));
    return shown;
  }

  async #append(before: LiveRecord[], ready: ReadySection): Promise<void> {
    const { outline, live, signal } = this.#showing;
    await live.places.enter(signal);
    try {
      const audioKeysAfter = this.#audioKeysAfter(ready.section);
      this.#sound = await appendSection({ outline, before, ready, audioKeysAfter, encoded: this.#sound, files: live.files, signal }, this.#ports);
    } finally {
      live.places.leave();
    }
  }

  /** Of the sections that can be shown right after this one. */
  #audioKeysAfter(section: number): string[] {
    const keys: string[] = [];
    for (let next = this.#waiting.get(section + 1); next !== undefined; next = this.#waiting.get(next.outcome.section + 1)) keys.push(next.outcome.narration.audioKey);
    return keys;
  }

  async #tell(section: number, shown: LiveRecord[]): Promise<void> {
    if (this.#known.has(section)) return;
    this.#known.add(section);
    const { framesPerSecond } = encoderProfiles[this.#showing.outline.quality];
    const playableSeconds = Math.min(framesOf(shown) / framesPerSecond, audioSeconds(shown.at(-1)?.audioPackets ?? 0));
    await this.#ports.progress.tell({ type: 'section.ready', section, playableSeconds: Number(playableSeconds.toFixed(3)) });
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    if (this.#isBroken || this.#showing.signal.aborted) return;
    try {
      await work();
    } catch (error) {
      if (this.#showing.signal.aborted) return;
      this.#isBroken = true;
      const reason = error instanceof LecternError ? ` ${error.message}` : '';
      await this.#ports.progress.tell({ type: 'warning', code: 'not_shown', message: `The film cannot be watched any further while it is made.${reason}` });
    }
  }
}
