import { afterEach, expect } from 'vitest';
import type { AskHooks, Question } from '../../functions/author/ask.ts';
import { type AskingBench, askingBench, type BenchParts } from './asking.ts';
import type { Script } from './llm-wire/script.ts';

/** A reply of several pieces. */
export const TEXT = 'The sum never stops growing. '.repeat(20);

/** A question for plain text. */
export const question: Question<string> = {
  phase: 'plan',
  model: 'claude-sonnet-5-5',
  system: 'You plan films.',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Plan a film.' }] }],
  maxOutputTokens: 1000,
};

export const hooks = (changes: Partial<AskHooks> = {}): AskHooks => ({ signal: new AbortController().signal, ...changes });

/** The code of the error that it ends with. */
export const codeOf = (asked: Promise<unknown>): Promise<unknown> => asked.then(() => 'answered', (error: { code?: string }) => error.code);

/** Opens a bench for a test of the file; after each, nothing may stay set aside, whatever happened. */
export function benchOfTest(): (scripts: Script[], parts?: Omit<BenchParts, 'scripts'>) => Promise<AskingBench> {
  let bench: AskingBench | undefined;
  afterEach(async () => {
    expect(bench?.ledger.held).toEqual([]);
    await bench?.close();
    bench = undefined;
  });
  return async (scripts, parts = {}) => (bench = await askingBench({ scripts, ...parts }));
}
