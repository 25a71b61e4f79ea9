import type { Readable } from 'node:stream';

const STDERR_KEPT_BYTES = 64 * 1024;

export interface OutputCap {
  collect(stream: Readable, name: 'stdout' | 'stderr'): void;
  kept(): { stdout: Buffer; stderr: string };
}

/**
 * Reads standard output and standard error, up to `capBytes` of both together, then calls `onExcess` and keeps no more.
 * All of standard output is kept, and the end of standard error, where programs say what went wrong.
 */
export function createOutputCap(capBytes: number, onExcess: () => void): OutputCap {
  const stdout: Buffer[] = [];
  let stderr = Buffer.alloc(0);
  let seenBytes = 0;
  const keep = { stdout: (chunk: Buffer) => void stdout.push(chunk), stderr: (chunk: Buffer) => void (stderr = tail(stderr, chunk)) };
  return {
    collect(stream, name) {
      stream.on('error', () => undefined);
      stream.on('data', (chunk: Buffer) => {
        seenBytes += chunk.length;
        if (seenBytes > capBytes) onExcess();
        else keep[name](chunk);
      });
    },
    kept: () => ({ stdout: Buffer.concat(stdout), stderr: stderr.toString('utf8') }),
  };
}

function tail(before: Buffer, chunk: Buffer): Buffer<ArrayBuffer> {
  const joined = Buffer.concat([before, chunk]);
  return Buffer.from(joined.subarray(Math.max(0, joined.length - STDERR_KEPT_BYTES)));
}
