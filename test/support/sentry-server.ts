import { gunzipSync } from 'node:zlib';
import { bytesOf, type RunningServer, sendJson, serve } from './llm-wire/serve.ts';

/** One item of an envelope, as https://develop.sentry.dev/sdk/data-model/envelopes/ has it. */
export interface EnvelopeItem {
  type: string;
  filename: string | undefined;
  /** JSON, or the bytes of an attachment as text. */
  payload: string;
}

export interface SentryServer extends RunningServer {
  dsn: string;
  /** The items of each envelope, in the order of their arrival. */
  envelopes: EnvelopeItem[][];
  /** Everything that arrived, as it came. */
  received: () => string;
}

interface SentException {
  type: string;
  value: string;
  stacktrace?: { frames: { filename: string; function: string }[] };
}

export interface SentEvent {
  level: string;
  tags: Record<string, unknown>;
  user?: { id: string };
  fingerprint?: string[];
  exception: { values: SentException[] };
  breadcrumbs?: { category: string; data: Record<string, unknown> }[];
  extra?: Record<string, unknown>;
}

export interface SentFailure {
  event: SentEvent;
  scene: string | undefined;
}

const NEWLINE = 10;

function itemsOf(envelope: Buffer): EnvelopeItem[] {
  const items: EnvelopeItem[] = [];
  const lineEnd = (from: number): number => {
    const end = envelope.indexOf(NEWLINE, from);
    return end === -1 ? envelope.length : end;
  };
  let at = lineEnd(0) + 1;
  while (at < envelope.length) {
    const headerEnd = lineEnd(at);
    const header = JSON.parse(envelope.subarray(at, headerEnd).toString('utf8')) as { type: string; length?: number; filename?: string };
    const start = headerEnd + 1;
    const end = header.length === undefined ? lineEnd(start) : start + header.length;
    items.push({ type: header.type, filename: header.filename, payload: envelope.subarray(start, end).toString('utf8') });
    at = end + 1;
  }
  return items;
}

/** Takes envelopes as sentry.io does, and under /stream as Spotlight does, and keeps them. */
export async function startSentryServer(): Promise<SentryServer> {
  const envelopes: EnvelopeItem[][] = [];
  let received = '';
  const running = await serve(async (request, response) => {
    const bytes = await bytesOf(request);
    const url = new URL(request.url ?? '', 'http://local');
    const isKnown = url.pathname === '/api/1/envelope/' && url.searchParams.get('sentry_key') === 'public';
    const isSpotlight = url.pathname === '/stream' && request.headers['content-type'] === 'application/x-sentry-envelope';
    if (request.method !== 'POST' || !(isKnown || isSpotlight)) return sendJson(response, { status: 403, body: { detail: 'unknown project' } });
    const envelope = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
    received += `${envelope.toString('utf8')}\n`;
    envelopes.push(itemsOf(envelope));
    sendJson(response, { status: 200, body: {} });
  });
  return { ...running, dsn: running.url.replace('://', '://public@').concat('/1'), envelopes, received: () => received };
}

/** The failures that arrived, each with the scene that came along. */
export const failuresIn = ({ envelopes }: Pick<SentryServer, 'envelopes'>): SentFailure[] =>
  envelopes.flatMap((items) => {
    const event = items.find(({ type }) => type === 'event');
    if (event === undefined) return [];
    return [{ event: JSON.parse(event.payload) as SentEvent, scene: items.find(({ filename }) => filename === 'scene.py')?.payload }];
  });
