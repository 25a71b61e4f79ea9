import { createGoogle } from '@ai-sdk/google';
import { z } from 'zod';
import { providerName } from '../known-models.ts';
import { type LineParts, openLine } from '../line.ts';
import type { Llm, LlmUsage } from '../port.ts';
import { askOnce } from './ask-once.ts';

const LABEL = { title: 'Gemini', keySetting: 'GOOGLE_GENERATIVE_AI_API_KEY', addressSetting: 'GOOGLE_GENERATIVE_AI_BASE_URL' };
const USUAL_ADDRESS = 'https://generativelanguage.googleapis.com/v1beta';

const chunkSchema = z.object({
  usageMetadata: z.object({
    promptTokenCount: z.number().default(0),
    cachedContentTokenCount: z.number().default(0),
    candidatesTokenCount: z.number().default(0),
    thoughtsTokenCount: z.number().default(0),
  }),
});

/** Every chunk of Gemini has the counts so far. */
function usageInChunk(chunk: unknown): LlmUsage | undefined {
  const parsed = chunkSchema.safeParse(chunk);
  if (!parsed.success) return undefined;
  const { promptTokenCount, cachedContentTokenCount, candidatesTokenCount, thoughtsTokenCount } = parsed.data.usageMetadata;
  return {
    inputTokens: promptTokenCount - cachedContentTokenCount,
    cacheReadTokens: cachedContentTokenCount,
    cacheWriteTokens: 0,
    outputTokens: candidatesTokenCount + thoughtsTokenCount,
  };
}

export interface GoogleParts extends LineParts {
  key: string;
  /** With the version, as in `https://…/v1beta`. */
  baseUrl: string | undefined;
}

/** Gemini by its own protocol. */
export function googleLlm({ key, baseUrl, ...lineParts }: GoogleParts): Llm {
  return {
    async ask(request, hooks) {
      hooks.signal.throwIfAborted();
      const line = openLine(lineParts);
      const provider = createGoogle({ apiKey: key, baseURL: baseUrl ?? USUAL_ADDRESS, fetch: line.fetch });
      return askOnce({ model: provider.languageModel(providerName(request.model)), line, label: LABEL, usageInChunk }, request, hooks);
    },
  };
}
