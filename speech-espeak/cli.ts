#!/usr/bin/env node
/** espeak-ng behind a command line: one JSON request a line in, a JSON header a line and its bytes out. See README.md. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { parseRequest } from './protocol.ts';
import type { Header, Request } from './protocol.ts';

interface Answer {
  header: Header;
  samples: Uint8Array;
}

const failed = (message: string): Answer => ({ header: { type: 'error', code: 'synthesis-failed', message }, samples: new Uint8Array() });

const inThreadOfItsOwn = (request: Request): Promise<Answer> =>
  new Promise((resolve) => {
    const worker = new Worker(new URL('./utterance.ts', import.meta.url), { workerData: request });
    worker.once('message', (answer: Answer) => resolve(answer));
    worker.once('error', (error) => resolve(failed(error instanceof Error ? error.message : String(error))));
    worker.once('exit', (code) => resolve(failed(`the voice stopped with status ${code} and no answer`)));
  });

async function write(bytes: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line.trim() === '') continue;
  const { id, request } = parseRequest(line);
  const answer = request.type === 'error' ? { header: request, samples: new Uint8Array() } : await inThreadOfItsOwn(request);
  await write(`${JSON.stringify({ id, ...answer.header })}\n`);
  if (answer.samples.byteLength > 0) await write(answer.samples);
}
