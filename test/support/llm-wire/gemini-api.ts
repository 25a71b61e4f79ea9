import { sendFrames, type Frames, type Handler, jsonOf, sendJson } from './serve.ts';
import { type Asked, piecesOf, PrefixCache, saidOf, type Script, type Served, tokensOf } from './script.ts';

/** Shorter prefixes are not kept by Flash. */
const LEAST_CACHED_TOKENS = 1024;
const IMAGE_TOKENS = 258;

export interface GeminiApiParts {
  key: string;
  script: (asked: Asked) => Script;
  onServed: (served: Served) => void;
}

type Part = { text?: string; inlineData?: { mimeType: string; data: string } };
interface Body {
  contents: { role: 'user' | 'model'; parts: Part[] }[];
  systemInstruction?: { parts: Part[] };
  generationConfig?: { maxOutputTokens?: number; responseMimeType?: string; responseJsonSchema?: unknown; responseSchema?: unknown };
}

const statuses: Record<number, string> = { 400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND', 429: 'RESOURCE_EXHAUSTED', 503: 'UNAVAILABLE' };

const errorBody = (status: number, message: string, details: unknown[] = []) => ({ error: { code: status, message, status: statuses[status] ?? 'INTERNAL', details } });

const textOf = (parts: Part[]): string => parts.map(({ text }) => text ?? '').join('');

function askedOf(model: string, { contents, systemInstruction, generationConfig = {} }: Body): Asked {
  return {
    model,
    system: textOf(systemInstruction?.parts ?? []),
    messages: contents.map(({ role, parts }) => ({ role: role === 'model' ? 'assistant' : 'user', text: textOf(parts), images: parts.filter(({ inlineData }) => inlineData).length })),
    maxOutputTokens: generationConfig.maxOutputTokens ?? 65_536,
    schema: generationConfig.responseMimeType === 'application/json' ? (generationConfig.responseJsonSchema ?? generationConfig.responseSchema) : undefined,
  };
}

const promptTokens = ({ system, messages }: Asked): number => tokensOf(system) + messages.reduce((sum, { text, images }) => sum + tokensOf(text) + images * IMAGE_TOKENS, 0);

/** generateContent and streamGenerateContent of the Gemini API. Prefixes are kept without being marked. */
export function geminiApi({ key, script, onServed }: GeminiApiParts): Handler {
  const prefixes = new PrefixCache(LEAST_CACHED_TOKENS);

  return async (request, response) => {
    const refuse = (status: number, body: unknown, headers = {}): void => sendJson(response, { status, body, headers });
    const body = (await jsonOf(request)) as Body | undefined;
    if (request.headers['x-goog-api-key'] !== key) {
      const reason = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID', domain: 'googleapis.com' };
      return refuse(400, errorBody(400, 'API key not valid. Please pass a valid API key.', [reason]));
    }
    const [, model, method] = /^\/v1beta\/models\/([^:]+):(generateContent|streamGenerateContent\?alt=sse)$/.exec(request.url ?? '') ?? [];
    if (!model) return refuse(404, errorBody(404, 'Not found'));
    if (!body || !Array.isArray(body.contents) || body.contents.length === 0) return refuse(400, errorBody(400, 'contents is not specified'));

    const asked = askedOf(model, body);
    const planned = script(asked);
    if (planned.fault?.kind === 'status') {
      const { status, retryAfterSeconds } = planned.fault;
      const retry = retryAfterSeconds === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` }];
      return refuse(status, errorBody(status, `A planned fault: ${status}.`, retry));
    }
    const { text, isTruncated } = saidOf(planned, asked.maxOutputTokens);
    const { read } = prefixes.use(model, asked.system);
    const prompt = promptTokens(asked);
    onServed({ ...asked, status: 200, text, inputTokens: prompt - read, cacheReadTokens: read, cacheWriteTokens: 0, outputTokens: tokensOf(text) });
    const usageOf = (said: string) => ({
      promptTokenCount: prompt,
      ...(read > 0 && { cachedContentTokenCount: read }),
      candidatesTokenCount: tokensOf(said),
      totalTokenCount: prompt + tokensOf(said),
    });
    const finishReason = planned.ending === 'refused' ? 'SAFETY' : isTruncated ? 'MAX_TOKENS' : 'STOP';
    const candidate = (said: string, last: boolean) => ({ content: { parts: said === '' ? [] : [{ text: said }], role: 'model' }, index: 0, ...(last && { finishReason }) });
    const chunk = (said: string, soFar: string, last: boolean): string =>
      `data: ${JSON.stringify({ candidates: [candidate(said, last)], usageMetadata: usageOf(soFar), modelVersion: model, responseId: 'local' })}\r\n\r\n`;
    if (method === 'generateContent') return sendJson(response, { status: 200, body: { candidates: [candidate(text, true)], usageMetadata: usageOf(text), modelVersion: model } });

    let soFar = '';
    const frames: Frames = {
      head: [],
      pieces: piecesOf(text).map((piece) => chunk(piece, (soFar += piece), false)),
      tail: [chunk('', text, true)],
      error: `data: ${JSON.stringify(errorBody(503, 'The model is overloaded.'))}\r\n\r\n`,
    };
    await sendFrames(response, frames, { fault: planned.fault, pieceDelayMs: planned.pieceDelayMs ?? 0 });
  };
}
