import type { GoogleProvider } from '@ai-sdk/google';
import { z } from 'zod';
import type { LlmContent, LlmRequest } from '../port.ts';

/** A model as every provider of the AI SDK gives it. */
export type StreamingModel = Pick<ReturnType<GoogleProvider['languageModel']>, 'doStream'>;
type StreamParameters = Parameters<StreamingModel['doStream']>[0];
type Message = StreamParameters['prompt'][number];

const textPart = ({ text }: { text: string }) => ({ type: 'text' as const, text });

const partOf = (content: LlmContent) =>
  content.type === 'text' ? textPart(content) : { type: 'file' as const, mediaType: content.mediaType, data: { type: 'data' as const, data: content.bytes } };

function messageOf({ role, content }: LlmRequest['messages'][number]): Message {
  if (role === 'user') return { role, content: content.map(partOf) };
  return { role, content: content.filter((part) => part.type === 'text').map(textPart) };
}

/** A request in the terms of the AI SDK. Repeated prefixes are kept by these providers without being told. */
export function streamParameters({ system, messages, schema, maxOutputTokens }: LlmRequest, signal: AbortSignal): StreamParameters {
  return {
    prompt: [{ role: 'system', content: system }, ...messages.map(messageOf)],
    maxOutputTokens,
    abortSignal: signal,
    // Some providers count as they go, and the SDK tells only what they counted at the end.
    includeRawChunks: true,
    ...(schema && { responseFormat: { type: 'json', schema: z.toJSONSchema(schema) as StreamSchema } }),
    // Every field of a strict schema has to be required, and ours may have some that need not be there.
    providerOptions: { openaiCompatible: { strictJsonSchema: false } },
  };
}

type StreamSchema = NonNullable<Extract<NonNullable<StreamParameters['responseFormat']>, { type: 'json' }>['schema']>;
