import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Frames, jsonOf, sendFrames, sendJson } from './serve.ts';
import { type Asked, piecesOf, PrefixCache, saidOf, type Script, type Served, tokensOf } from './script.ts';

/** Shorter prefixes are not kept by Sonnet and Opus. */
const LEAST_CACHED_TOKENS = 1024;
const IMAGE_TOKENS = 1600;

export interface MessagesApiParts {
  /** Keys that are taken; any where absent. */
  key?: string;
  /** What is answered; a string is a 404 with that text. */
  script: (asked: Asked) => Script | { notFound: string };
  onServed?: (served: Served) => void;
  /** The tokens of a text; an estimate where absent. */
  count?: (text: string) => number;
}

type Block = { type: string; text?: string; cache_control?: unknown };
type Body = Record<string, unknown>;

const errorTypes: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

let requests = 0;

function sendError(response: ServerResponse, { status, message, retryAfterSeconds }: { status: number; message: string; retryAfterSeconds?: number }): void {
  const requestId = `req_local_${requests}`;
  sendJson(response, {
    status,
    headers: { 'request-id': requestId, ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }) },
    body: { type: 'error', error: { type: errorTypes[status] ?? 'api_error', message }, request_id: requestId },
  });
}

const blocksOf = (content: unknown): Block[] => (typeof content === 'string' ? [{ type: 'text', text: content }] : ((content ?? []) as Block[]));
const textOf = (blocks: Block[]): string => blocks.map(({ text }) => text ?? '').join('\n');

/** What the Messages API refuses, in the cases that a client of ours could run into. */
function invalid(body: Body): string | undefined {
  for (const name of ['temperature', 'top_p', 'top_k']) if (name in body) return `${name}: Extra inputs are not permitted`;
  if (typeof body['model'] !== 'string') return 'model: Field required';
  if (!Number.isInteger(body['max_tokens']) || (body['max_tokens'] as number) < 1) return 'max_tokens: Input should be greater than or equal to 1';
  const messages = body['messages'] as { role?: string; content?: unknown }[] | undefined;
  if (!Array.isArray(messages) || messages.length === 0) return 'messages: at least one message is required';
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== 'user' && role !== 'assistant') return `messages.${index}.role: Input should be 'user' or 'assistant'`;
    if (blocksOf(content).some((block) => block.type === 'text' && (block.text ?? '') === '')) return `messages.${index}: text content blocks must be non-empty`;
  }
  const format = (body['output_config'] as { format?: { type?: string; schema?: { additionalProperties?: unknown } } } | undefined)?.format;
  if (format && (format.type !== 'json_schema' || typeof format.schema !== 'object')) return 'output_config.format: Input should be a valid json_schema';
  if (format?.schema && format.schema.additionalProperties !== false) return 'output_config.format.schema: additionalProperties must be explicitly set to false';
  return undefined;
}

function askedOf(body: Body): Asked {
  const format = (body['output_config'] as { format?: { schema?: unknown } } | undefined)?.format;
  return {
    model: body['model'] as string,
    system: textOf(blocksOf(body['system'])),
    messages: (body['messages'] as { role: 'user' | 'assistant'; content: unknown }[]).map(({ role, content }) => {
      const blocks = blocksOf(content);
      return { role, text: textOf(blocks.filter(({ type }) => type === 'text')), images: blocks.filter(({ type }) => type === 'image').length };
    }),
    maxOutputTokens: body['max_tokens'] as number,
    schema: format?.schema,
  };
}

const wholePromptTokens = ({ system, messages, schema }: Asked, count = tokensOf): number =>
  count(system) + messages.reduce((sum, { text, images }) => sum + count(text) + images * IMAGE_TOKENS, 0) + (schema ? count(JSON.stringify(schema)) : 0);

/** The system prompt up to the last block that is marked to be kept. */
function markedPrefix(body: Body): string {
  const blocks = blocksOf(body['system']);
  const last = blocks.findLastIndex(({ cache_control: mark }) => mark !== undefined && mark !== null);
  return textOf(blocks.slice(0, last + 1));
}

type Answer = ReturnType<typeof answerTo>;

/** What is said, why it ends, and what it is counted as. */
function answerTo(asked: Asked, planned: Script, { prefix, count = tokensOf }: { prefix: { read: number; written: number }; count: ((text: string) => number) | undefined }) {
  const isRefused = planned.ending === 'refused';
  const { text, isTruncated } = saidOf(planned, asked.maxOutputTokens);
  return {
    text,
    stop: {
      stop_reason: isRefused ? 'refusal' : isTruncated ? 'max_tokens' : 'end_turn',
      stop_sequence: null,
      stop_details: isRefused ? { type: 'refusal', category: null, explanation: null } : null,
    },
    usage: {
      input_tokens: wholePromptTokens(asked, count) - prefix.read - prefix.written,
      cache_creation_input_tokens: prefix.written,
      cache_read_input_tokens: prefix.read,
      cache_creation: { ephemeral_5m_input_tokens: prefix.written, ephemeral_1h_input_tokens: 0 },
      output_tokens: count(text),
      service_tier: 'standard',
    },
  };
}

/** The models of this generation think before they answer, and do not show it. */
const THOUGHT = { type: 'thinking', thinking: '', signature: 'a signature that is not one' };

/** At the beginning of a streamed answer only its first token is counted. */
function framesOf(message: object, { text, stop, usage }: Answer): Frames {
  const begun = { ...message, content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } };
  return {
    head: [
      event('message_start', { message: begun }),
      event('content_block_start', { index: 0, content_block: { ...THOUGHT, signature: '' } }),
      event('ping', {}),
      event('content_block_delta', { index: 0, delta: { type: 'signature_delta', signature: THOUGHT.signature } }),
      event('content_block_stop', { index: 0 }),
      event('content_block_start', { index: 1, content_block: { type: 'text', text: '', citations: null } }),
    ],
    pieces: piecesOf(text).map((piece) => event('content_block_delta', { index: 1, delta: { type: 'text_delta', text: piece } })),
    tail: [
      event('content_block_stop', { index: 1 }),
      event('message_delta', { delta: { ...stop, container: null }, usage }),
      event('message_stop', {}),
    ],
    error: event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
  };
}

const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

/** Messages and token counts as POST /v1/messages and /v1/messages/count_tokens answer them, streamed and whole. */
export function messagesApi({ key, script, onServed, count }: MessagesApiParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const prefixes = new PrefixCache(LEAST_CACHED_TOKENS, count);

  return async (request, response) => {
    requests += 1;
    const refuse = (status: number, message: string): void => sendError(response, { status, message });
    const given = request.headers['x-api-key'] ?? request.headers.authorization?.replace(/^Bearer /, '');
    if (given === undefined || (key !== undefined && given !== key)) return refuse(401, 'invalid x-api-key');
    if (request.headers['anthropic-version'] === undefined) return refuse(400, 'anthropic-version: header is required');
    const body = await jsonOf(request);
    if (!body) return refuse(400, 'The request body is not valid JSON.');
    if (request.url?.startsWith('/v1/messages/count_tokens')) {
      return sendJson(response, { status: 200, body: { input_tokens: wholePromptTokens(askedOf({ max_tokens: 1, ...body }), count) } });
    }
    if (!request.url?.startsWith('/v1/messages') || request.method !== 'POST') return refuse(404, 'Not found');
    const problem = invalid(body);
    if (problem) return refuse(400, problem);

    const asked = askedOf(body);
    const planned = script(asked);
    const served = (status: number, counted: Partial<Served>): void =>
      onServed?.({ ...asked, status, text: '', inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, ...counted });
    if ('notFound' in planned) {
      served(404, {});
      return refuse(404, planned.notFound);
    }
    if (planned.fault?.kind === 'status') {
      served(planned.fault.status, {});
      return sendError(response, { ...planned.fault, message: `A planned fault: ${planned.fault.status}.` });
    }
    const answer = answerTo(asked, planned, { prefix: prefixes.use(asked.model, markedPrefix(body)), count });
    const { text, usage } = answer;
    served(200, {
      text,
      inputTokens: usage.input_tokens,
      cacheReadTokens: usage.cache_read_input_tokens,
      cacheWriteTokens: usage.cache_creation_input_tokens,
      outputTokens: usage.output_tokens,
    });
    const message = { id: `msg_local_${requests}`, type: 'message', role: 'assistant', model: asked.model };
    if (body['stream'] !== true) {
      const content = [THOUGHT, ...(text === '' ? [] : [{ type: 'text', text, citations: null }])];
      return sendJson(response, { status: 200, body: { ...message, ...answer.stop, content, usage } });
    }
    const streaming = { fault: planned.fault, pieceDelayMs: planned.pieceDelayMs ?? 0, headers: { 'request-id': `req_local_${requests}` } };
    await sendFrames(response, framesOf(message, answer), streaming);
  };
}
