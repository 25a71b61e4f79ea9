import type { ZodType } from 'zod';
import { LecternError } from '../../shared/errors.ts';

export type LlmContent = { type: 'text'; text: string } | { type: 'image'; mediaType: 'image/png' | 'image/jpeg'; bytes: Uint8Array };

export interface LlmMessage {
  role: 'user' | 'assistant';
  content: LlmContent[];
}

export interface LlmRequest {
  /** A name of the table of models. */
  model: string;
  /** The long part that many requests share to the byte: providers that can keep it between calls are told to. */
  system: string;
  messages: LlmMessage[];
  /** The answer is to be JSON of this form; plain text where absent. Whoever asks checks it, too. */
  schema?: ZodType;
  /** Of everything that the model says, what it thinks before it answers included. */
  maxOutputTokens: number;
}

/** Tokens that were counted; input that came from or went into the provider's cache is not in `inputTokens`. */
export interface LlmUsage {
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
}

export interface LlmReply {
  text: string;
  /** `truncated`: `maxOutputTokens` were reached. `refused`: the model would not answer. */
  ending: 'complete' | 'truncated' | 'refused';
  usage: LlmUsage;
}

export type LlmTrouble = 'rate_limited' | 'overloaded' | 'cut' | 'timeout' | 'unreachable' | 'unauthorised' | 'rejected';

/** A call that brought no whole reply, with what it cost nevertheless. */
export class LlmError extends LecternError {
  readonly trouble: LlmTrouble;
  /** What was counted before it broke; undefined where the provider did not get to say. */
  readonly usage: LlmUsage | undefined;
  /** How long the provider asks to be left alone. */
  readonly retryAfterSeconds: number | undefined;

  constructor(trouble: LlmTrouble, told: ConstructorParameters<typeof LecternError>[1] & { usage?: LlmUsage | undefined; retryAfterSeconds?: number | undefined }) {
    super(`llm_${trouble}`, told);
    this.trouble = trouble;
    this.usage = told.usage;
    this.retryAfterSeconds = told.retryAfterSeconds;
  }
}

export interface LlmHooks {
  signal: AbortSignal;
  /** Called with every piece of the reply as it comes. */
  onText?: (piece: string) => void;
  /** Called with everything counted so far, each time the provider tells: what is known of a call that is cut or given up. */
  onUsage?: (usage: LlmUsage) => void;
}

/** Asks a language model once: one HTTP call, no second attempt. */
export interface Llm {
  /** @throws LlmError, or the signal's reason */
  ask(request: LlmRequest, hooks: LlmHooks): Promise<LlmReply>;
}

export type LlmProvider = 'anthropic' | 'google' | 'openai-compatible';

/** What is known of models before they are asked. Every method throws LecternError `unknown_model`. */
export interface Models {
  provider(model: string): LlmProvider;
  /** The most tokens that one answer can have. */
  outputLimitTokens(model: string): number;
  /** What the tokens cost, in whole micro-dollars, rounded up. */
  microDollars(model: string, usage: LlmUsage): number;
  /** More than which the request cannot be counted as: every byte a token, the whole answer used up. */
  mostUsage(request: LlmRequest): LlmUsage;
  /** What the request is likely to be counted as when `said` came back: for calls of which the provider told nothing. */
  likelyUsage(request: LlmRequest, said: string): LlmUsage;
}
