import type { LlmProvider } from './port.ts';

/** USD per million tokens, which is micro-dollars a token. */
export interface TokenPrices {
  input: number;
  output: number;
  cacheRead: number;
  /** Kept for five minutes. */
  cacheWrite: number;
}

export interface ModelEntry {
  provider: LlmProvider;
  contextTokens: number;
  outputTokens: number;
  prices: TokenPrices;
  /** Prices of everything in a call whose prompt, cached or not, is longer than `tokens`. */
  longPrompt?: { tokens: number; prices: TokenPrices };
  /** The day on which the prices were read. */
  pricedOn: string;
}

/** A model that runs on a machine of one's own is named with this before its name, and costs nothing. */
export const LOCAL_PREFIX = 'local/';

const PRICED_ON = '2026-11-20';

/**
 * The models that may be named, their limits and list prices.
 * Sources: platform.claude.com/docs/en/about-claude/pricing and models/overview, ai.google.dev/gemini-api/docs/pricing,
 * developers.openai.com/api/docs/pricing; those of Google and OpenAI as @pydantic/genai-prices 0.1.8 has them.
 */
export const modelTable: Record<string, ModelEntry> = {
  'claude-haiku-5-5': {
    provider: 'anthropic',
    contextTokens: 1_000_000,
    outputTokens: 128_000,
    prices: { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    longPrompt: { tokens: 100_000, prices: { input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 } },
    pricedOn: PRICED_ON,
  },
  'claude-sonnet-5-5': {
    provider: 'anthropic',
    contextTokens: 1_000_000,
    outputTokens: 128_000,
    prices: { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
    pricedOn: PRICED_ON,
  },
  'claude-opus-5-5': {
    provider: 'anthropic',
    contextTokens: 1_000_000,
    outputTokens: 128_000,
    prices: { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
    pricedOn: PRICED_ON,
  },
  'claude-fable-5-1': {
    provider: 'anthropic',
    contextTokens: 1_000_000,
    outputTokens: 128_000,
    prices: { input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 },
    pricedOn: PRICED_ON,
  },
  'claude-haiku-4-5': {
    provider: 'anthropic',
    contextTokens: 200_000,
    outputTokens: 64_000,
    prices: { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
    pricedOn: PRICED_ON,
  },
  'gemini-3.8-flash': {
    provider: 'google',
    contextTokens: 1_000_000,
    outputTokens: 65_536,
    prices: { input: 0.75, output: 3.75, cacheRead: 0.075, cacheWrite: 0.75 },
    pricedOn: PRICED_ON,
  },
  'gemini-3.1-pro-preview': {
    provider: 'google',
    contextTokens: 1_000_000,
    outputTokens: 65_536,
    prices: { input: 2, output: 12, cacheRead: 0.2, cacheWrite: 2 },
    longPrompt: { tokens: 200_000, prices: { input: 4, output: 18, cacheRead: 0.4, cacheWrite: 4 } },
    pricedOn: PRICED_ON,
  },
  'gpt-6-luna': {
    provider: 'openai-compatible',
    contextTokens: 1_050_000,
    outputTokens: 128_000,
    prices: { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    longPrompt: { tokens: 272_000, prices: { input: 0.2, output: 0.75, cacheRead: 0.02, cacheWrite: 0.25 } },
    pricedOn: PRICED_ON,
  },
  'gpt-6-sol': {
    provider: 'openai-compatible',
    contextTokens: 1_050_000,
    outputTokens: 128_000,
    prices: { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
    longPrompt: { tokens: 272_000, prices: { input: 4, output: 15, cacheRead: 0.4, cacheWrite: 5 } },
    pricedOn: PRICED_ON,
  },
};

/** Any model of one's own: its limits are those of the program that serves it, which refuses what is too long. */
export const localModel: ModelEntry = {
  provider: 'openai-compatible',
  contextTokens: 1_000_000,
  outputTokens: 32_768,
  prices: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  pricedOn: PRICED_ON,
};
