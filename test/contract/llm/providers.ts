import { anthropicLlm } from '../../../functions/llm/anthropic/anthropic-llm.ts';
import { googleLlm } from '../../../functions/llm/ai-sdk/google-llm.ts';
import { openAiCompatibleLlm } from '../../../functions/llm/ai-sdk/openai-compatible-llm.ts';
import type { LineParts } from '../../../functions/llm/line.ts';
import type { Llm } from '../../../functions/llm/port.ts';
import { chatCompletionsApi } from '../../support/llm-wire/chat-completions-api.ts';
import { geminiApi } from '../../support/llm-wire/gemini-api.ts';
import { messagesApi } from '../../support/llm-wire/messages-api.ts';
import type { Asked, Script, Served } from '../../support/llm-wire/script.ts';
import { type Handler, serve } from '../../support/llm-wire/serve.ts';

/** Looks like a key, and must never be told. */
export const KEY = 'sk-planted-key-000';

export interface Provider {
  name: string;
  model: string;
  /** Told when a prefix goes into the cache, and not only when it is read. */
  tellsCacheWrites: boolean;
  api: (parts: { key: string; script: (asked: Asked) => Script; onServed: (served: Served) => void }) => Handler;
  llm: (parts: LineParts & { key: string; url: string }) => Llm;
}

export const providers: Provider[] = [
  {
    name: 'Claude',
    model: 'claude-sonnet-5-5',
    tellsCacheWrites: true,
    api: messagesApi,
    llm: ({ url, ...parts }) => anthropicLlm({ ...parts, baseUrl: url }),
  },
  {
    name: 'Gemini',
    model: 'gemini-3.8-flash',
    tellsCacheWrites: false,
    api: geminiApi,
    llm: ({ url, ...parts }) => googleLlm({ ...parts, baseUrl: `${url}/v1beta` }),
  },
  {
    name: 'OpenAI',
    model: 'gpt-6-luna',
    tellsCacheWrites: false,
    api: chatCompletionsApi,
    llm: ({ url, ...parts }) => openAiCompatibleLlm({ ...parts, baseUrl: `${url}/v1` }),
  },
  {
    name: 'a model of one’s own',
    model: 'local/some-model:8b',
    tellsCacheWrites: false,
    api: chatCompletionsApi,
    llm: ({ url, ...parts }) => openAiCompatibleLlm({ ...parts, baseUrl: `${url}/v1` }),
  },
];

export interface Running {
  llm: Llm;
  served: Served[];
  close: () => Promise<void>;
}

/** A provider that does what the script says, and an adapter that asks it. */
export async function start({ api, llm }: Provider, script: (asked: Asked) => Script, changes: { key?: string; silenceSeconds?: number } = {}): Promise<Running> {
  const served: Served[] = [];
  const running = await serve(api({ key: KEY, script, onServed: (one) => void served.push(one) }));
  return {
    llm: llm({ key: KEY, url: running.url, fetch: globalThis.fetch, silenceSeconds: 30, ...changes }),
    served,
    close: running.close,
  };
}
