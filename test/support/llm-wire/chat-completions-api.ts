import { sendFrames, type Frames, type Handler, jsonOf, sendJson } from './serve.ts';
import { type Asked, piecesOf, PrefixCache, saidOf, type Script, type Served, tokensOf } from './script.ts';

/** Shorter prefixes are not kept by OpenAI. */
const LEAST_CACHED_TOKENS = 1024;
const IMAGE_TOKENS = 765;

export interface ChatCompletionsApiParts {
  key: string;
  script: (asked: Asked) => Script;
  onServed: (served: Served) => void;
  /** Answers that count nothing, as some programs that serve models of one's own give them. */
  countsNothing?: boolean;
}

type Part = { type: string; text?: string };
interface Body {
  model: string;
  messages: { role: 'system' | 'user' | 'assistant'; content: string | Part[] }[];
  max_tokens?: number;
  max_completion_tokens?: number;
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
  response_format?: { type: string; json_schema?: { schema?: unknown } };
}

const errorBody = (type: string, message: string, code: string | number | null = null) => ({ error: { message, type, param: null, code } });

const partsOf = (content: string | Part[]): Part[] => (typeof content === 'string' ? [{ type: 'text', text: content }] : content);
const textOf = (content: string | Part[]): string => partsOf(content).map(({ text }) => text ?? '').join('');

function askedOf({ model, messages, max_tokens: most, max_completion_tokens: mostCompletion, response_format: format }: Body): Asked {
  return {
    model,
    system: textOf(messages.find(({ role }) => role === 'system')?.content ?? ''),
    messages: messages.flatMap(({ role, content }) => (role === 'system' ? [] : [{ role, text: textOf(content), images: partsOf(content).filter(({ type }) => type === 'image_url').length }])),
    maxOutputTokens: mostCompletion ?? most ?? 128_000,
    schema: format?.type === 'json_schema' ? format.json_schema?.schema : undefined,
  };
}

const promptTokens = ({ system, messages }: Asked): number => tokensOf(system) + messages.reduce((sum, { text, images }) => sum + tokensOf(text) + images * IMAGE_TOKENS, 0);

/** POST /v1/chat/completions as OpenAI answers it: its own models refuse `max_tokens`, those named otherwise take it. */
export function chatCompletionsApi({ key, script, onServed, countsNothing = false }: ChatCompletionsApiParts): Handler {
  const prefixes = new PrefixCache(LEAST_CACHED_TOKENS);

  return async (request, response) => {
    const refuse = (status: number, body: unknown, headers = {}): void => sendJson(response, { status, body, headers });
    const body = (await jsonOf(request)) as Body | undefined;
    if (request.headers.authorization !== `Bearer ${key}`) return refuse(401, errorBody('invalid_request_error', 'Incorrect API key provided.', 'invalid_api_key'));
    if (request.url !== '/v1/chat/completions') return refuse(404, errorBody('invalid_request_error', 'Not found'));
    if (!body || !Array.isArray(body.messages)) return refuse(400, errorBody('invalid_request_error', 'Missing required parameter: messages.'));
    if (body.model.startsWith('gpt-') && body.max_tokens !== undefined) {
      return refuse(400, errorBody('invalid_request_error', "Unsupported parameter: 'max_tokens' is not supported with this model.", 'unsupported_parameter'));
    }

    const asked = askedOf(body);
    const planned = script(asked);
    if (planned.fault?.kind === 'status') {
      const { status, retryAfterSeconds } = planned.fault;
      return refuse(status, errorBody('server_error', `A planned fault: ${status}.`), retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) });
    }
    const { text, isTruncated } = saidOf(planned, asked.maxOutputTokens);
    const { read } = prefixes.use(asked.model, asked.system);
    const prompt = promptTokens(asked);
    onServed({ ...asked, status: 200, text, inputTokens: prompt - read, cacheReadTokens: read, cacheWriteTokens: 0, outputTokens: tokensOf(text) });
    const usage = { prompt_tokens: prompt, completion_tokens: tokensOf(text), total_tokens: prompt + tokensOf(text), prompt_tokens_details: { cached_tokens: read } };
    const finish = planned.ending === 'refused' ? 'content_filter' : isTruncated ? 'length' : 'stop';
    const head = { id: 'chatcmpl-local', created: 0, model: asked.model };
    if (body.stream !== true) {
      const message = { role: 'assistant', content: text, refusal: null };
      return sendJson(response, { status: 200, body: { ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: finish }], usage } });
    }
    const chunk = (data: object): string => `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...data })}\n\n`;
    const choice = (delta: object, reason: string | null = null): string => chunk({ choices: [{ index: 0, delta, finish_reason: reason }] });
    const frames: Frames = {
      head: [choice({ role: 'assistant', content: '' })],
      pieces: piecesOf(text).map((piece) => choice({ content: piece })),
      tail: [choice({}, finish), ...(body.stream_options?.include_usage && !countsNothing ? [chunk({ choices: [], usage })] : []), 'data: [DONE]\n\n'],
      error: `data: ${JSON.stringify(errorBody('server_error', 'The server is overloaded.', 503))}\n\n`,
    };
    await sendFrames(response, frames, { fault: planned.fault, pieceDelayMs: planned.pieceDelayMs ?? 0 });
  };
}
