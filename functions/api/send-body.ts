import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { alreadySent } from './already-sent.ts';
import { everyAnswer } from './answer-headers.ts';
import type { ApiContext } from './environment.ts';
import type { ApiParts } from './parts.ts';

export interface LongBody {
  status: 200 | 206;
  headers: Record<string, string>;
  open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
}

/**
 * Sends a body of a told length on Node's own response. When its source breaks off, so does the connection, and the client
 * knows that something is missing; the server's own way of sending would write the error's message among the bytes.
 */
export async function sendBody({ origins, log }: Pick<ApiParts, 'origins' | 'log'>, context: ApiContext, body: LongBody): Promise<Response> {
  // Served over HTTP/1.1 alone.
  const outgoing = context.env.outgoing;
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const source = await body.open(gone.signal);
  const vary = [body.headers['vary'], everyAnswer(context, origins)['vary']].filter((each) => each !== undefined).join(', ');
  outgoing.writeHead(body.status, { ...everyAnswer(context, origins), ...body.headers, ...(vary !== '' && { vary }) });
  pipeline(Readable.fromWeb(source), outgoing).catch((error: unknown) => {
    if (!isClientGone(error)) log.error({ error, route: context.req.path }, 'A file broke off while it was sent.');
  });
  return alreadySent;
}

const isClientGone = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE'));
