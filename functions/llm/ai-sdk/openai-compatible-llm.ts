import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { providerName } from '../known-models.ts';
import { type LineParts, openLine } from '../line.ts';
import { LOCAL_PREFIX } from '../models.ts';
import type { Llm } from '../port.ts';
import { askOnce } from './ask-once.ts';

const LABEL = { title: 'The OpenAI-compatible provider', keySetting: 'OPENAI_API_KEY', addressSetting: 'OPENAI_BASE_URL' };

/** OpenAI's own models refuse `max_tokens`, and many programs that serve others know nothing else. */
function withOpenAiLimit({ max_tokens: most, ...body }: Record<string, unknown>): Record<string, unknown> {
  return { ...body, max_completion_tokens: most };
}

export interface OpenAiCompatibleParts extends LineParts {
  /** Models of one's own need none. */
  key: string | undefined;
  /** With the version, as in `http://localhost:11434/v1`. */
  baseUrl: string;
}

/** OpenAI, and whatever speaks its chat protocol. */
export function openAiCompatibleLlm({ key, baseUrl, ...lineParts }: OpenAiCompatibleParts): Llm {
  return {
    async ask(request, hooks) {
      hooks.signal.throwIfAborted();
      const line = openLine(lineParts);
      const provider = createOpenAICompatible({
        name: 'openaiCompatible',
        baseURL: baseUrl,
        fetch: line.fetch,
        includeUsage: true,
        supportsStructuredOutputs: true,
        ...(key !== undefined && { apiKey: key }),
        ...(!request.model.startsWith(LOCAL_PREFIX) && { transformRequestBody: withOpenAiLimit }),
      });
      // Counts come once, at the end, which the SDK tells.
      const asked = { model: provider.languageModel(providerName(request.model)), line, label: LABEL, usageInChunk: () => undefined };
      return askOnce(asked, request, hooks);
    },
  };
}
