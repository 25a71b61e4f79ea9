import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Question } from '../../../functions/author/ask.ts';
import { benchOfTest, codeOf, hooks, question, TEXT } from '../../support/asked.ts';
import type { Script } from '../../support/llm-wire/script.ts';

const schema = z.strictObject({ title: z.string(), seconds: z.number() });
const GOOD = '{"title": "Sums", "seconds": 40}';
const BAD = '{"title": "Sums", "seconds": "forty"}';

const formed: Question<z.infer<typeof schema>> = { ...question, schema };
const cutAtStart: Script = { text: GOOD, fault: { kind: 'cut', where: 'start' } };

const open = benchOfTest();

describe('an answer', () => {
  it('is text where no form is asked for, and the value where one is', async () => {
    const { ask } = await open([{ text: TEXT }, { text: GOOD }]);
    expect(await ask(question, hooks())).toEqual({ value: TEXT, cached: false });
    expect(await ask(formed, hooks())).toEqual({ value: { title: 'Sums', seconds: 40 }, cached: false });
  });

  it('may stand in a fence', async () => {
    const { ask, served } = await open([{ text: `\`\`\`json\n${GOOD}\n\`\`\`\n` }]);
    expect((await ask(formed, hooks())).value.seconds).toBe(40);
    expect(served).toHaveLength(1);
  });

  it('comes in pieces to whoever listens', async () => {
    const { ask } = await open([{ text: TEXT }]);
    const pieces: string[] = [];
    await ask(question, hooks({ onText: (piece) => pieces.push(piece) }));
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('')).toBe(TEXT);
  });

  it('is paid to the micro-dollar, by what was counted', async () => {
    const { ask, ledger, served } = await open([{ text: TEXT }]);
    await ask({ ...question, section: 2, phase: 'code', system: 'You draw. '.repeat(600) }, hooks());
    const [{ inputTokens, cacheWriteTokens, outputTokens }] = served as [(typeof served)[number]];
    expect(ledger.entries).toMatchObject([
      {
        call: { phase: 'code', section: 2, provider: 'anthropic', model: 'claude-sonnet-5-5' },
        units: { input_tokens: inputTokens, cache_read_tokens: 0, cache_write_tokens: cacheWriteTokens, output_tokens: outputTokens },
        microDollars: Math.ceil(inputTokens * 2 + cacheWriteTokens * 2.5 + outputTokens * 10),
        cached: false,
      },
    ]);
    expect(cacheWriteTokens).toBe(1500);
  });

  it('is not asked for where it could cost more than the job may', async () => {
    const { ask, served, ledger } = await open([{ text: TEXT }], { capMicroDollars: 9_000 });
    expect(await codeOf(ask(question, hooks()))).toBe('cost_cap');
    expect([served, ledger.entries]).toEqual([[], []]);
  });

  it('is not asked for of a model that nobody knows', async () => {
    const { ask, served } = await open([{ text: TEXT }]);
    await expect(ask({ ...question, model: 'claude-9' }, hooks())).rejects.toMatchObject({ code: 'unknown_model', fix: expect.stringContaining('functions/llm/models.ts') as string });
    expect(served).toEqual([]);
  });
});

describe('an answer that was given before', () => {
  it('is found, for nothing', async () => {
    const { ask, again, served } = await open([{ text: GOOD }]);
    await ask(formed, hooks());
    const pieces: string[] = [];
    const second = again();
    expect(await second.ask({ ...formed, section: 3 }, hooks({ onText: (piece) => pieces.push(piece) }))).toEqual({ value: { title: 'Sums', seconds: 40 }, cached: true });
    expect(pieces).toEqual([GOOD]);
    expect(served).toHaveLength(1);
    expect(second.ledger.entries).toMatchObject([{ cached: true, microDollars: 0, call: { section: 3 } }]);
  });

  const image = (byte: number) => ({ role: 'user' as const, content: [{ type: 'image' as const, mediaType: 'image/png' as const, bytes: new Uint8Array([byte]) }] });
  const others: Record<string, Partial<typeof formed>> = {
    model: { model: 'claude-opus-5-5' },
    'shared part': { system: 'You plan other films.' },
    message: { messages: [...question.messages, { role: 'assistant', content: [{ type: 'text', text: 'How?' }] }] },
    image: { messages: [...question.messages, image(1)] },
    form: { schema: z.strictObject({ title: z.string(), seconds: z.number().optional() }) as never },
    room: { maxOutputTokens: 1001 },
  };
  it.each(Object.keys(others))('is not taken for another question: another %s', async (name) => {
    const { ask, served } = await open([{ text: GOOD }]);
    await ask(formed, hooks());
    expect((await ask({ ...formed, ...others[name] }, hooks())).cached).toBe(false);
    expect(served).toHaveLength(2);
  });

  it('is not taken for a question with another image', async () => {
    const { ask } = await open([{ text: TEXT }]);
    await ask({ ...question, messages: [image(1)] }, hooks());
    expect((await ask({ ...question, messages: [image(2)] }, hooks())).cached).toBe(false);
    expect((await ask({ ...question, messages: [image(1)] }, hooks())).cached).toBe(true);
  });
});

describe('a refusal', () => {
  it('is told, paid and not kept', async () => {
    const { ask, ledger, served } = await open([{ text: '', ending: 'refused' }]);
    expect(await codeOf(ask(question, hooks()))).toBe('llm_refused');
    expect(ledger.spentMicroDollars).toBeGreaterThan(0);
    expect(await codeOf(ask(question, hooks()))).toBe('llm_refused');
    expect(served).toHaveLength(2);
  });
});

describe('an answer that is cut at its limit', () => {
  it('is asked for once more with more room, and both are paid', async () => {
    const { ask, ledger, served } = await open([{ text: TEXT }]);
    expect((await ask({ ...question, maxOutputTokens: 50 }, hooks())).value).toBe(TEXT);
    expect(served.map(({ maxOutputTokens }) => maxOutputTokens)).toEqual([50, 200]);
    expect(ledger.entries.map(({ units }) => units['output_tokens'])).toEqual([50, Math.ceil(TEXT.length / 4)]);
  });

  it('is given up where that is not enough', async () => {
    const { ask, served } = await open([{ text: TEXT }]);
    expect(await codeOf(ask({ ...question, maxOutputTokens: 10 }, hooks()))).toBe('llm_truncated');
    expect(served).toHaveLength(2);
  });

  it('is given up where the model has no more room', async () => {
    const { ask, served } = await open([{ text: 'word '.repeat(60_000) }]);
    expect(await codeOf(ask({ ...question, model: 'claude-haiku-4-5', maxOutputTokens: 64_000 }, hooks()))).toBe('llm_truncated');
    expect(served).toHaveLength(1);
  });

  it('is left to whoever has heard its pieces', async () => {
    const { ask, served } = await open([{ text: TEXT }]);
    let heard = '';
    expect(await codeOf(ask({ ...question, maxOutputTokens: 50 }, hooks({ onText: (piece) => (heard += piece) })))).toBe('llm_truncated');
    expect(heard).toBe(TEXT.slice(0, 200));
    expect(served).toHaveLength(1);
  });
});

describe('an answer that breaks its form', () => {
  it.each([
    ['a wrong type', BAD, 'seconds: '],
    ['no JSON', 'Here is the plan.', 'not JSON'],
    ['JSON that is not whole', '{"title": "Su', 'not JSON'],
    ['nothing', '  ', 'empty'],
  ])('is corrected in the same conversation: %s', async (_name, text, told) => {
    const { ask, again, served, ledger } = await open([{ text }, { text: GOOD }]);
    expect((await ask(formed, hooks())).value).toEqual({ title: 'Sums', seconds: 40 });
    const { messages } = served[1] as (typeof served)[number];
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages[1]?.text).toBe(text.trim() === '' ? '(nothing)' : text);
    expect(messages[2]?.text).toMatch(/<faults>\n- [\s\S]*\n<\/faults>/);
    expect(messages[2]?.text).toContain(told);
    expect(ledger.entries).toHaveLength(2);
    // What was corrected is kept as the answer to the question that was asked.
    expect((await again().ask(formed, hooks())).value).toEqual({ title: 'Sums', seconds: 40 });
    expect(served).toHaveLength(2);
  });

  it('is corrected once: then it is told, paid and not kept', async () => {
    const { ask, served, ledger } = await open([{ text: BAD }]);
    expect(await codeOf(ask(formed, hooks()))).toBe('llm_bad_answer');
    expect(served).toHaveLength(2);
    expect(ledger.entries.every(({ microDollars }) => microDollars > 0)).toBe(true);
    await codeOf(ask(formed, hooks()));
    expect(served).toHaveLength(4);
  });

  it('is corrected in silence where it was heard, also when the correction is broken off once', async () => {
    const { ask, served } = await open([{ text: BAD }, cutAtStart, { text: GOOD }]);
    let heard = '';
    expect((await ask(formed, hooks({ onText: (piece) => (heard += piece) }))).value.seconds).toBe(40);
    expect(heard).toBe(BAD);
    expect(served).toHaveLength(3);
  });
});
