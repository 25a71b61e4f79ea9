import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { llmByProvider } from '../../functions/llm/by-provider.ts';
import { knownModels } from '../../functions/llm/known-models.ts';
import { modelTable } from '../../functions/llm/models.ts';
import type { Llm, LlmRequest, LlmUsage } from '../../functions/llm/port.ts';

const usage = (changes: Partial<LlmUsage>): LlmUsage => ({ inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, ...changes });
const request = (changes: Partial<LlmRequest>): LlmRequest => ({
  model: 'claude-sonnet-5-5',
  system: 'You plan films.',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Plan.' }] }],
  maxOutputTokens: 1000,
  ...changes,
});

/** The head of a PNG of that size, which is all that is looked at. */
function png(width: number, height: number): Uint8Array {
  const bytes = Buffer.alloc(33);
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

describe('prices', () => {
  it.each([
    ['claude-sonnet-5-5', usage({ inputTokens: 1_000_000 }), 2_000_000],
    ['claude-sonnet-5-5', usage({ outputTokens: 1_000_000 }), 10_000_000],
    ['claude-sonnet-5-5', usage({ cacheReadTokens: 1_000_000 }), 200_000],
    ['claude-sonnet-5-5', usage({ cacheWriteTokens: 1_000_000 }), 2_500_000],
    ['claude-opus-5-5', usage({ cacheReadTokens: 1_000_000 }), 200_000],
    ['claude-haiku-4-5', usage({ inputTokens: 10, outputTokens: 3 }), 25],
    // A prompt of exactly 100,000 tokens is short; one more, cached or not, and everything costs five times as much.
    ['claude-haiku-5-5', usage({ inputTokens: 60_000, cacheReadTokens: 40_000, outputTokens: 1000 }), 6_000 + 400 + 500],
    ['claude-haiku-5-5', usage({ inputTokens: 60_000, cacheReadTokens: 40_001, outputTokens: 1000 }), 30_000 + 2_001 + 2_500],
    ['claude-haiku-5-5', usage({ inputTokens: 60_000, cacheWriteTokens: 40_001 }), 30_000 + 25_001],
    ['local/anything:8b', usage({ inputTokens: 1_000_000, outputTokens: 1_000_000 }), 0],
  ])('of %s for %o are %i micro-dollars', (model, counted, microDollars) => {
    expect(knownModels.microDollars(model, counted)).toBe(microDollars);
  });

  it('are rounded up to whole micro-dollars, and not by what a computer adds to 0.1', () => {
    expect(knownModels.microDollars('claude-haiku-5-5', usage({ inputTokens: 1 }))).toBe(1);
    expect(knownModels.microDollars('claude-haiku-5-5', usage({ inputTokens: 10 }))).toBe(1);
    for (let tokens = 10; tokens < 3000; tokens += 10) {
      expect(knownModels.microDollars('claude-haiku-5-5', usage({ inputTokens: tokens }))).toBe(tokens / 10);
    }
    expect(knownModels.microDollars('claude-haiku-5-5', usage({ inputTokens: 11 }))).toBe(2);
  });

  it('have a date, and those of long prompts are never lower', () => {
    for (const { pricedOn, prices, longPrompt } of Object.values(modelTable)) {
      expect(Date.parse(pricedOn)).toBeGreaterThan(Date.parse('2026-01-01'));
      for (const name of ['input', 'output', 'cacheRead', 'cacheWrite'] as const) expect(longPrompt?.prices[name] ?? Infinity).toBeGreaterThan(prices[name]);
      // The bound of a request takes all input for written into the cache.
      expect(prices.cacheWrite).toBeGreaterThanOrEqual(prices.input);
    }
  });
});

describe('the most that a request can be counted as', () => {
  const inputOf = (changes: Partial<LlmRequest>): number => knownModels.mostUsage(request(changes)).cacheWriteTokens;

  it('grows by every byte of every part', () => {
    const plain = inputOf({});
    expect(inputOf({ system: 'You plan films.€' })).toBe(plain + 3);
    expect(inputOf({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Plan.∑' }] }] })).toBe(plain + 3);
    expect(inputOf({ schema: z.strictObject({ title: z.string() }) })).toBeGreaterThan(plain + 60);
  });

  it.each([
    [png(100, 100), 1600],
    [png(1500, 1500), 3000],
    [png(8000, 8000), 5000],
    [new Uint8Array([1, 2, 3]), 5000],
  ])('counts an image by its size, within bounds', (bytes, tokens) => {
    const image = { type: 'image', mediaType: 'image/png', bytes } as const;
    expect(inputOf({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Plan.' }, image] }] }) - inputOf({})).toBe(tokens + 50);
  });

  it('stays within what the model takes and gives', () => {
    const most = knownModels.mostUsage(request({ model: 'claude-haiku-4-5', system: 'x'.repeat(300_000), maxOutputTokens: 100_000 }));
    expect(most).toEqual(usage({ cacheWriteTokens: 200_000, outputTokens: 64_000 }));
  });

  it('is more than what is likely', () => {
    const asked = request({ system: 'You plan films about sums. '.repeat(100) });
    const likely = knownModels.likelyUsage(asked, 'An answer of some length. '.repeat(20));
    expect(likely).toEqual(usage({ inputTokens: Math.ceil(2700 / 3.5) + 2, outputTokens: Math.ceil(520 / 3.5) }));
    expect(knownModels.microDollars(asked.model, likely)).toBeLessThan(knownModels.microDollars(asked.model, knownModels.mostUsage(asked)));
  });
});

describe('a model', () => {
  it.each(['claude-9', 'local/', 'toString', ''])('that is not known (`%s`) is an error that says where to add it', (model) => {
    for (const call of [() => knownModels.provider(model), () => knownModels.outputLimitTokens(model), () => knownModels.microDollars(model, usage({}))]) {
      expect(call).toThrow(expect.objectContaining({ code: 'unknown_model', retryable: false, fix: expect.stringContaining('functions/llm/models.ts') as string }) as Error);
    }
  });

  it('is asked of its provider, and an error tells what to set where that is not there', async () => {
    const named = (name: string): Llm => ({ ask: async () => ({ text: name, ending: 'complete', usage: usage({}) }) });
    const llm = llmByProvider({ anthropic: named('Claude'), 'openai-compatible': named('own') });
    const hooks = { signal: new AbortController().signal };
    expect((await llm.ask(request({}), hooks)).text).toBe('Claude');
    expect((await llm.ask(request({ model: 'local/llama' }), hooks)).text).toBe('own');
    await expect(llm.ask(request({ model: 'gemini-3.8-flash' }), hooks)).rejects.toMatchObject({ code: 'no_provider', fix: expect.stringContaining('GOOGLE_GENERATIVE_AI_API_KEY') as string });
    await expect(llm.ask(request({ model: 'gpt-9' }), hooks)).rejects.toMatchObject({ code: 'unknown_model' });
  });
});
