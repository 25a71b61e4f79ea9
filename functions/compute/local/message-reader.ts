import type { Readable, Writable } from 'node:stream';

/** What came back is not what the protocol allows. */
export class ProtocolError extends Error {}

export interface MessageReader {
  /** The next line without its end, or `undefined` at the end of the stream. */
  readLine(): Promise<string | undefined>;
  /** Hands exactly `count` bytes on; throws a `ProtocolError` when the stream ends before. */
  copyBytes(count: number, target: Writable): Promise<void>;
}

export interface MessageCaps {
  /** Of one line. */
  lineBytes: number;
  /** Of all lines together. */
  totalBytes: number;
}

/** Reads lines, and raw bytes between them, from a stream that nobody vouches for. Throws `ProtocolError` beyond the caps. */
export function createMessageReader(stream: Readable, caps: MessageCaps): MessageReader {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  let pending: Buffer = Buffer.alloc(0);
  let totalBytes = 0;

  const more = async (): Promise<boolean> => {
    const next = await nextChunk(chunks);
    if (next === undefined) return false;
    pending = pending.length === 0 ? next : Buffer.concat([pending, next]);
    return true;
  };

  const take = (count: number): Buffer => {
    const taken = pending.subarray(0, count);
    pending = pending.subarray(count);
    return taken;
  };

  return {
    async readLine() {
      let searched = 0;
      for (;;) {
        const end = pending.indexOf(0x0a, searched);
        searched = end === -1 ? pending.length : end;
        if (searched > caps.lineBytes || totalBytes + searched > caps.totalBytes) throw new ProtocolError('A message is longer than any may be.');
        if (end !== -1) break;
        if (await more()) continue;
        if (pending.length > 0) throw new ProtocolError('The last message is cut off.');
        return undefined;
      }
      totalBytes += searched + 1;
      return take(searched + 1).toString('utf8', 0, searched);
    },
    async copyBytes(count, target) {
      let left = count;
      while (left > 0) {
        if (pending.length === 0 && !(await more())) throw new ProtocolError(`The bytes that were announced ended ${left} early.`);
        const piece = take(Math.min(left, pending.length));
        left -= piece.length;
        if (!target.write(piece)) await new Promise((resolve) => target.once('drain', resolve));
      }
    },
  };
}

/** A pipe that breaks because its process was killed is at its end. */
async function nextChunk(chunks: AsyncIterator<Buffer, undefined>): Promise<Buffer | undefined> {
  try {
    const next = await chunks.next();
    return next.done === true ? undefined : next.value;
  } catch {
    return undefined;
  }
}
