import type { Answered, AskHooks } from '../ask.ts';
import { elementReader } from './json-elements.ts';
import { readSectionReply, type SectionReply, type SectionsReply } from './reply.ts';

/** What came next out of a reply: a section, or its end, with the error that broke it. */
export type Taken = { section: SectionReply } | { ended: true; error: Error | undefined };

/**
 * One reply that brings sections, held open while they are made. It goes on by itself, whether or not anybody takes what it
 * brings, and an error of it waits until all that came before is taken: nothing is left unhandled when nobody asks any more.
 */
export class SectionStream {
  private readonly waiting: SectionReply[] = [];
  private readonly stop = new AbortController();
  private readonly followed = new WeakSet<AbortSignal>();
  private arrived = 0;
  private end: { error: Error | undefined } | undefined;
  private wake: (() => void) | undefined;
  /** Whether anything of the reply came. */
  hasBegun = false;

  constructor(ask: (hooks: AskHooks) => Promise<Answered<SectionsReply>>) {
    const reader = elementReader('sections', (element) => this.add(readSectionReply(element)));
    const onText = (piece: string): void => {
      this.hasBegun = true;
      reader.write(piece);
    };
    ask({ signal: this.stop.signal, onText }).then(
      // The whole was corrected where it did not hold as it came: then its end was not read yet.
      ({ value }) => this.finish({ rest: value.sections, error: undefined }),
      (error: unknown) => this.finish({ rest: [], error: error instanceof Error ? error : new Error('the reply broke off', { cause: error }) }),
    );
  }

  /** The reply is given up as soon as this signal is aborted, too. */
  follow(signal: AbortSignal): void {
    if (this.followed.has(signal)) return;
    this.followed.add(signal);
    if (signal.aborted) this.abort(signal.reason);
    else signal.addEventListener('abort', () => this.abort(signal.reason), { once: true, signal: this.stop.signal });
  }

  abort(reason: unknown): void {
    this.stop.abort(reason);
  }

  /** The next section, as soon as it is there. One taker at a time. */
  async take(): Promise<Taken> {
    for (;;) {
      const section = this.waiting.shift();
      if (section) return { section };
      if (this.end) return { ended: true, error: this.end.error };
      await new Promise<void>((resolve) => void (this.wake = resolve));
    }
  }

  private add(section: SectionReply): void {
    if (this.end) return;
    this.arrived += 1;
    this.waiting.push(section);
    this.wake?.();
  }

  private finish({ rest, error }: { rest: SectionReply[]; error: Error | undefined }): void {
    this.waiting.push(...rest.slice(this.arrived));
    this.end = { error };
    this.wake?.();
  }
}
