import type { ZodType } from 'zod';
import type { Phase } from '../../shared/contract/event.ts';
import type { LlmMessage } from '../llm/port.ts';

/** A question to a model, whatever it takes to have it answered. */
export interface Question<Answer> {
  phase: Phase;
  section?: number;
  model: string;
  /** Shared with other questions to the byte, so that providers can keep it. */
  system: string;
  messages: LlmMessage[];
  /** The form of the answer; plain text (`Answer` is string) where absent. */
  schema?: ZodType<Answer>;
  maxOutputTokens: number;
  /** Sets the question apart from others of the same words, whose answers are known: it is answered anew, once for each name. */
  fresh?: string;
}

export interface Answered<Answer> {
  value: Answer;
  /** Found by the hash of the question: nothing was bought. */
  cached: boolean;
}

export interface AskHooks {
  signal: AbortSignal;
  /**
   * Called with every piece of the reply as it comes; with the whole reply at once where it is found. When a call breaks after its
   * first piece it is not made again: the error goes to the caller, who may go on from what has come.
   */
  onText?: (piece: string) => void;
}

/**
 * Asks until there is an answer: reserves and settles the money of every attempt, waits and asks again where a provider is busy or
 * a connection breaks, has an answer that breaks its form corrected once, and finds answers that were given before.
 * @throws LlmError, or LecternError `llm_refused`, `llm_truncated`, `llm_bad_answer`, `cost_cap`
 */
export type Ask = <Answer = string>(question: Question<Answer>, hooks: AskHooks) => Promise<Answered<Answer>>;
