import { describe, expect, it } from 'vitest';
import { serve } from '../../support/llm-wire/serve.ts';
import { KEY, providers } from './providers.ts';

const message = { role: 'user', content: 'Plan.' };
const google = { contents: [{ role: 'user', parts: [{ text: 'Plan.' }] }], generationConfig: { maxOutputTokens: 50 } };

/** The stand-ins speak the protocol to whoever asks without streaming, too: scripts, and other clients than ours. */
const wholes: Record<string, { path: string; headers: Record<string, string>; body: object; answer: object }> = {
  Claude: {
    path: '/v1/messages',
    headers: { 'x-api-key': KEY, 'anthropic-version': '2026-10-21' },
    body: { model: 'claude-sonnet-5-5', max_tokens: 50, messages: [message] },
    answer: { content: [{ type: 'thinking' }, { type: 'text', text: 'A plan.' }], stop_reason: 'end_turn', usage: { input_tokens: 2, output_tokens: 2 } },
  },
  Gemini: {
    path: '/v1beta/models/gemini-3.8-flash:generateContent',
    headers: { 'x-goog-api-key': KEY },
    body: google,
    answer: { candidates: [{ content: { parts: [{ text: 'A plan.' }] }, finishReason: 'STOP' }], usageMetadata: { promptTokenCount: 2, candidatesTokenCount: 2 } },
  },
  OpenAI: {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${KEY}` },
    body: { model: 'gpt-6-luna', max_completion_tokens: 50, messages: [message] },
    answer: { choices: [{ message: { content: 'A plan.' }, finish_reason: 'stop' }], usage: { prompt_tokens: 2, completion_tokens: 2 } },
  },
};

describe.each(providers.filter(({ name }) => name in wholes))('$name', ({ name, api }) => {
  const { path, headers, body, answer } = wholes[name] as (typeof wholes)[string];

  it('answers whole as it answers in pieces, and refuses what is no JSON', async () => {
    const server = await serve(api({ key: KEY, script: () => ({ text: 'A plan.' }), onServed: () => {} }));
    const post = (text: string): Promise<Response> => fetch(`${server.url}${path}`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: text });
    const [whole, broken] = [await post(JSON.stringify(body)), await post('{')];
    expect(await whole.json()).toMatchObject(answer);
    expect([whole.status, broken.status]).toEqual([200, 400]);
    await server.close();
  });
});
