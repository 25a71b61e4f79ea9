import { EventEmitter, once } from 'node:events';

/** What a process has printed: it can be read from any place, again and again, and by several at once. */
export class ByteLog {
  readonly #chunks: Buffer[] = [];
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #size = 0;
  #ended = false;

  push(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#ended) return;
    this.#chunks.push(Buffer.from(bytes));
    this.#size += bytes.length;
    this.#changes.emit('change');
  }

  end(): void {
    this.#ended = true;
    this.#changes.emit('change');
  }

  /** From `offset` on, until it has ended or the reader goes. */
  async *read(offset: number, signal: AbortSignal): AsyncGenerator<Buffer> {
    let reached = offset;
    while (!signal.aborted) {
      const waiting = once(this.#changes, 'change', { signal }).catch(() => undefined);
      for (const piece of this.#from(reached)) {
        yield piece;
        reached += piece.length;
      }
      if (reached < this.#size) continue;
      if (this.#ended) return;
      await waiting;
    }
  }

  #from(offset: number): Buffer[] {
    let position = 0;
    return this.#chunks.flatMap((chunk) => {
      const start = Math.max(0, offset - position);
      position += chunk.length;
      return start < chunk.length ? [chunk.subarray(start)] : [];
    });
  }
}
