import { describe, expect, it } from 'vitest';
import { openAiCompatibleLlm } from '../../../functions/llm/ai-sdk/openai-compatible-llm.ts';
import { benchOfTest, codeOf, hooks, question, TEXT } from '../../support/asked.ts';
import { chatCompletionsApi } from '../../support/llm-wire/chat-completions-api.ts';
import type { Script, WireFault } from '../../support/llm-wire/script.ts';
import { serve } from '../../support/llm-wire/serve.ts';

const faulty = (fault: WireFault): Script => ({ text: TEXT, fault });

const open = benchOfTest();

describe('what passes', () => {
  const passing: Record<string, WireFault> = {
    'too many calls': { kind: 'status', status: 429 },
    overload: { kind: 'status', status: 529 },
    'an error of the server': { kind: 'status', status: 500 },
    'an overload in the middle': { kind: 'error-event' },
    'a connection that breaks before the answer': { kind: 'cut', where: 'before' },
    'a connection that breaks before the first piece': { kind: 'cut', where: 'start' },
    silence: { kind: 'stall', where: 'start' },
    'an event that is no JSON': { kind: 'malformed' },
  };

  it.each(Object.keys(passing))('is waited for, and asked again: %s', async (name) => {
    const { ask, waits, ledger } = await open([faulty(passing[name] as WireFault), { text: TEXT }], { silenceSeconds: 0.3 });
    expect(await ask(question, hooks())).toEqual({ value: TEXT, cached: false });
    expect(waits).toEqual([expect.toSatisfy((seconds: number) => seconds >= 0.5 && seconds <= 1)]);
    expect(ledger.entries.map(({ units }) => units['failed'] ?? 0)).toEqual([1, 0]);
    expect(new Set(ledger.entries.map(({ call }) => call.key)).size).toBe(2);
  });

  it.each([[7, 7], [0, 0], [60, 60], [300, 60]])('is waited for as long as the provider asks: %i seconds asked, %i waited', async (retryAfterSeconds, waited) => {
    const { ask, waits } = await open([faulty({ kind: 'status', status: 429, retryAfterSeconds }), { text: TEXT }]);
    await ask(question, hooks());
    expect(waits).toEqual([waited]);
  });

  it('is given up after five calls, with longer and longer waits between them', async () => {
    const { ask, waits, served, ledger } = await open([faulty({ kind: 'status', status: 529 })]);
    expect(await codeOf(ask(question, hooks()))).toBe('llm_overloaded');
    expect(served).toHaveLength(5);
    expect(ledger.spentMicroDollars).toBe(0);
    waits.forEach((seconds, index) => {
      expect(seconds).toBeGreaterThanOrEqual(2 ** index / 2);
      expect(seconds).toBeLessThanOrEqual(2 ** index);
    });
    expect(waits).toHaveLength(4);
  });

  it('is not asked again once a piece was heard: the error goes to the listener', async () => {
    const { ask, waits, served, ledger } = await open([faulty({ kind: 'cut', where: 'middle' })]);
    let heard = '';
    expect(await codeOf(ask(question, hooks({ onText: (piece) => (heard += piece) })))).toBe('llm_cut');
    expect(TEXT.startsWith(heard) && heard.length > 100).toBe(true);
    expect([waits, served.length]).toEqual([[], 1]);
    // Claude told the prompt and one token of the answer; the rest of what was heard is estimated.
    const [entry] = ledger.entries as [(typeof ledger.entries)[number]];
    expect(entry.units).toMatchObject({ input_tokens: served[0]?.inputTokens, output_tokens: Math.ceil(heard.length / 3.5), estimated: 1, failed: 1 });
    expect(entry.microDollars).toBe(Math.ceil((entry.units['input_tokens'] as number) * 2 + (entry.units['output_tokens'] as number) * 10));
  });

  it('is charged by estimate where the provider told nothing of a call that it may have worked on', async () => {
    const { ask, ledger } = await open([faulty({ kind: 'stall', where: 'before' }), { text: TEXT }], { silenceSeconds: 0.2 });
    await ask(question, hooks());
    expect(ledger.entries[0]?.units).toMatchObject({ input_tokens: Math.ceil('You plan films.'.length / 3.5) + Math.ceil('Plan a film.'.length / 3.5), output_tokens: 0, estimated: 1 });
    expect(ledger.entries[0]?.microDollars).toBeGreaterThan(0);
    expect(ledger.entries[1]?.units).not.toHaveProperty('estimated');
  });

  it('is not what a wrong key or a wrong request is', async () => {
    const wrongKey = await open([{ text: TEXT }], { key: 'wrong' });
    expect(await codeOf(wrongKey.ask(question, hooks()))).toBe('llm_unauthorised');
    expect(wrongKey.ledger.entries).toMatchObject([{ microDollars: 0, units: { failed: 1, input_tokens: 0 } }]);
    await wrongKey.close();
    const { ask, waits, served } = await open([faulty({ kind: 'status', status: 400 })]);
    expect(await codeOf(ask(question, hooks()))).toBe('llm_rejected');
    expect([waits, served.length]).toEqual([[], 1]);
  });
});

describe('a call that is stopped', () => {
  it('ends with the reason, and is paid by what is known of it', async () => {
    const controller = new AbortController();
    const { ask, ledger, served } = await open([faulty({ kind: 'stall', where: 'middle' })]);
    const asked = ask(question, { signal: controller.signal, onText: () => controller.abort(new Error('enough')) });
    await expect(asked).rejects.toThrow('enough');
    expect(ledger.entries).toMatchObject([{ units: { input_tokens: served[0]?.inputTokens, failed: 1 } }]);
    expect(ledger.spentMicroDollars).toBeGreaterThan(0);
    await expect(ask(question, { signal: controller.signal })).rejects.toThrow('enough');
    expect(served).toHaveLength(1);
  });

  it('ends with the error of its listener', async () => {
    const { ask, ledger, served } = await open([{ text: TEXT, pieceDelayMs: 1 }]);
    const listener = (): void => {
      throw new RangeError('a listener that fails');
    };
    await expect(ask(question, hooks({ onText: listener }))).rejects.toThrow('a listener that fails');
    expect([served.length, ledger.entries.length]).toEqual([1, 1]);
  });
});

describe('a model that counts nothing', () => {
  it('is charged by estimate, which of a model of one’s own is nothing', async () => {
    const server = await serve(chatCompletionsApi({ key: 'right', script: () => ({ text: TEXT }), onServed: () => {}, countsNothing: true }));
    const llm = openAiCompatibleLlm({ key: 'right', baseUrl: `${server.url}/v1`, fetch: globalThis.fetch, silenceSeconds: 30 });
    const { ask, ledger } = await open([{ text: TEXT }], { llm });
    await ask({ ...question, model: 'local/some' }, hooks());
    await ask({ ...question, model: 'gpt-6-sol' }, hooks());
    await server.close();
    const [own, bought] = ledger.entries;
    expect(own).toMatchObject({ microDollars: 0, units: { estimated: 1, output_tokens: Math.ceil(TEXT.length / 3.5) } });
    expect(bought?.microDollars).toBe(Math.ceil((own?.units['input_tokens'] as number) * 2 + Math.ceil(TEXT.length / 3.5) * 10));
  });
});
