import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { WireFault } from './script.ts';

export interface RunningServer {
  url: string;
  close: () => Promise<void>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Serves on the loopback; what a handler throws is told as a 500, so that no test waits for it. */
export async function serve(handler: Handler, port = 0): Promise<RunningServer> {
  const server: Server = createServer((request, response) => {
    handler(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export async function jsonOf(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  try {
    const parsed: unknown = JSON.parse((await bytesOf(request)).toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function sendJson(response: ServerResponse, { status, headers = {}, body }: { status: number; headers?: Record<string, string>; body: unknown }): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** A streamed answer in the frames of one protocol. */
export interface Frames {
  /** Before the first piece. */
  head: string[];
  pieces: string[];
  tail: string[];
  /** How the protocol tells that it broke in the middle. */
  error: string;
}

const MALFORMED = 'event: content_block_delta\ndata: {"type": "content_bl\n\n';

export interface Streaming {
  fault: WireFault | undefined;
  pieceDelayMs: number;
  headers?: Record<string, string>;
}

/** Sends the frames, and does what the fault says on the way. A stalled answer ends when the other side goes. */
export async function sendFrames(response: ServerResponse, frames: Frames, { fault, pieceDelayMs, headers }: Streaming): Promise<void> {
  const gone = new Promise<void>((resolve) => response.once('close', resolve));
  if (fault?.kind === 'cut' && fault.where === 'before') return void response.destroy();
  if (fault?.kind === 'stall' && fault.where === 'before') return gone;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', ...headers });
  const send = (frame: string): Promise<void> => new Promise((resolve) => void response.write(frame, () => resolve()));
  const breakAt = (where: 'start' | 'middle'): Promise<void> | undefined => {
    if (fault?.kind === 'stall' && fault.where === where) return gone;
    if (fault?.kind === 'cut' && fault.where === where) return Promise.resolve(void response.destroy());
    if (where === 'middle' && fault?.kind === 'error-event') return send(frames.error).then(() => void response.end());
    if (where === 'middle' && fault?.kind === 'malformed') return send(MALFORMED).then(() => void response.end());
    return undefined;
  };
  // A comment, which no client reads: the head of the answer is on its way before anything breaks.
  await send(':\n\n');
  for (const frame of frames.head) await send(frame);
  const atStart = breakAt('start');
  if (atStart) return atStart;
  const middle = Math.ceil(frames.pieces.length / 2);
  for (const [index, frame] of frames.pieces.entries()) {
    const inMiddle = index === middle ? breakAt('middle') : undefined;
    if (inMiddle) return inMiddle;
    if (pieceDelayMs > 0) await pause(pieceDelayMs);
    if (response.destroyed) return;
    await send(frame);
  }
  const atEnd = frames.pieces.length <= middle ? breakAt('middle') : undefined;
  if (atEnd) return atEnd;
  for (const frame of frames.tail) await send(frame);
  response.end();
}
