import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LlmError, type LlmHooks, type LlmReply, type LlmRequest, type LlmUsage } from '../../../functions/llm/port.ts';
import type { Asked, Script, WireFault } from '../../support/llm-wire/script.ts';
import { KEY, type Provider, providers, type Running, start } from './providers.ts';

/** One pixel. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=', 'base64');
const TEXT = 'The sum never stops growing: take the terms in groups, each of them at least one half. '.repeat(4);
const SECRET_PROMPT = 'a prompt that nobody may read in a log';
const LONG_SYSTEM = 'You plan films. '.repeat(400);

let running: Running | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

describe.each(providers)('$name', (provider: Provider) => {
  const request = (changes: Partial<LlmRequest> = {}): LlmRequest => ({
    model: provider.model,
    system: 'You plan films.',
    messages: [{ role: 'user', content: [{ type: 'text', text: SECRET_PROMPT }] }],
    maxOutputTokens: 4000,
    ...changes,
  });
  const hooks = (changes: Partial<LlmHooks> = {}): LlmHooks => ({ signal: new AbortController().signal, ...changes });

  async function ask(script: Script | ((asked: Asked) => Script), changes: Partial<LlmRequest> = {}, more: Partial<LlmHooks> = {}): Promise<LlmReply> {
    running = await start(provider, typeof script === 'function' ? script : () => script);
    return running.llm.ask(request(changes), hooks(more));
  }

  async function trouble(fault: WireFault, more: { silenceSeconds?: number; hooks?: Partial<LlmHooks> } = {}): Promise<LlmError> {
    running = await start(provider, () => ({ text: TEXT, fault }), more.silenceSeconds === undefined ? {} : { silenceSeconds: more.silenceSeconds });
    const error: unknown = await running.llm.ask(request(), hooks(more.hooks)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LlmError);
    const told = `${(error as Error).message} ${(error as LlmError).fix} ${JSON.stringify(error)}`;
    for (const secret of [KEY, SECRET_PROMPT, TEXT.slice(0, 20)]) expect(told).not.toContain(secret);
    return error as LlmError;
  }

  it('gives the whole text in pieces as it comes, and what was counted', async () => {
    const pieces: string[] = [];
    const counts: LlmUsage[] = [];
    const reply = await ask({ text: TEXT }, {}, { onText: (piece) => pieces.push(piece), onUsage: (usage) => counts.push(usage) });
    const [served] = running?.served ?? [];
    expect(reply).toMatchObject({ text: TEXT, ending: 'complete' });
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('')).toBe(TEXT);
    const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = served ?? expect.fail('nothing was asked');
    expect(reply.usage).toEqual({ inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens });
    expect(inputTokens * outputTokens).toBeGreaterThan(0);
    expect(counts.at(-1)).toEqual(reply.usage);
  });

  it('hands over the conversation, its images, and the limit', async () => {
    await ask({ text: 'Yes.' }, {
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'What is this?' }, { type: 'image', mediaType: 'image/png', bytes: PNG }] },
        { role: 'assistant', content: [{ type: 'text', text: 'A pixel.' }] },
        { role: 'user', content: [{ type: 'text', text: 'Are you sure?' }] },
      ],
      maxOutputTokens: 77,
    });
    expect(running?.served[0]).toMatchObject({
      model: provider.model.replace('local/', ''),
      system: 'You plan films.',
      maxOutputTokens: 77,
      messages: [
        { role: 'user', text: 'What is this?', images: 1 },
        { role: 'assistant', text: 'A pixel.', images: 0 },
        { role: 'user', text: 'Are you sure?', images: 0 },
      ],
    });
  });

  it('asks for JSON of the form, and for text where there is none', async () => {
    const schema = z.strictObject({ title: z.string(), beats: z.array(z.strictObject({ narration: z.string(), pauseSeconds: z.number().optional() })) });
    const json = JSON.stringify({ title: 'Sums', beats: [] });
    const reply = await ask({ text: json }, { schema });
    expect(reply.text).toBe(json);
    const asked = running?.served[0]?.schema as { properties: { beats: { items: { properties: object } } } };
    expect(Object.keys(asked.properties)).toEqual(['title', 'beats']);
    expect(Object.keys(asked.properties.beats.items.properties)).toEqual(['narration', 'pauseSeconds']);
    await running?.llm.ask(request(), hooks());
    expect(running?.served[1]?.schema).toBeUndefined();
  });

  it('has a long prefix that comes again kept, and tells what was read from it', async () => {
    const first = await ask({ text: 'Yes.' }, { system: LONG_SYSTEM });
    const second = await running?.llm.ask(request({ system: LONG_SYSTEM }), hooks());
    const other = await running?.llm.ask(request({ system: `${LONG_SYSTEM} And differently.` }), hooks());
    expect(first.usage.cacheReadTokens).toBe(0);
    expect(first.usage.cacheWriteTokens).toBe(provider.tellsCacheWrites ? 1600 : 0);
    expect(second?.usage).toMatchObject({ cacheReadTokens: 1600, cacheWriteTokens: 0 });
    expect(second?.usage.inputTokens).toBe(Math.ceil(SECRET_PROMPT.length / 4));
    expect(other?.usage.cacheReadTokens).toBe(0);
  });

  it('has no short prefix kept', async () => {
    const first = await ask({ text: 'Yes.' });
    const second = await running?.llm.ask(request(), hooks());
    expect([first.usage.cacheWriteTokens, second?.usage.cacheReadTokens]).toEqual([0, 0]);
  });

  it('says when the answer is cut at its limit, and what it cost', async () => {
    const reply = await ask({ text: TEXT }, { maxOutputTokens: 10 });
    expect(reply).toMatchObject({ ending: 'truncated', text: TEXT.slice(0, 40), usage: { outputTokens: 10 } });
  });

  it('says so, too, when the limit was another than the one that it was given', async () => {
    expect(await ask({ text: TEXT, ending: 'truncated' })).toMatchObject({ ending: 'truncated', text: TEXT.slice(0, TEXT.length / 2) });
  });

  it('says when the model refuses', async () => {
    expect(await ask({ text: TEXT, ending: 'refused' })).toMatchObject({ ending: 'refused', text: '' });
  });

  it('does not mend what the model says: an answer that is no JSON comes as it is', async () => {
    const reply = await ask({ text: '{"title": "Su' }, { schema: z.strictObject({ title: z.string() }) });
    expect(reply).toMatchObject({ text: '{"title": "Su', ending: 'complete' });
    expect(reply.usage.outputTokens).toBeGreaterThan(0);
  });

  it.each([
    [400, 'rejected', false],
    [403, 'unauthorised', false],
    [404, 'rejected', false],
    [429, 'rate_limited', true],
    [500, 'overloaded', true],
    [503, 'overloaded', true],
    [504, 'timeout', true],
    [529, 'overloaded', true],
  ] as const)('tells a status of %i as %s', async (status, expected, retryable) => {
    expect(await trouble({ kind: 'status', status })).toMatchObject({ trouble: expected, code: `llm_${expected}`, retryable, usage: undefined, retryAfterSeconds: undefined });
  });

  it('asks once, and tells how long the provider wants to be left alone', async () => {
    expect(await trouble({ kind: 'status', status: 429, retryAfterSeconds: 7 })).toMatchObject({ trouble: 'rate_limited', retryAfterSeconds: 7 });
  });

  it('tells a wrong key', async () => {
    running = await start(provider, () => ({ text: TEXT }), { key: 'sk-planted-other' });
    const error: unknown = await running.llm.ask(request(), hooks()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ trouble: 'unauthorised', retryable: false });
    expect(String(error)).not.toContain('sk-planted-other');
  });

  it('tells an error in the middle of the answer, after the pieces that came', async () => {
    const pieces: string[] = [];
    expect(await trouble({ kind: 'error-event' }, { hooks: { onText: (piece) => pieces.push(piece) } })).toMatchObject({ trouble: 'overloaded', retryable: true });
    expect(pieces.join('').length).toBeGreaterThan(0);
    expect(TEXT.startsWith(pieces.join(''))).toBe(true);
  });

  it.each(['start', 'middle'] as const)('tells a connection that breaks at the %s of the answer as cut', async (where) => {
    expect(await trouble({ kind: 'cut', where })).toMatchObject({ trouble: 'cut', retryable: true });
  });

  it('tells an event that is no JSON as cut', async () => {
    expect(await trouble({ kind: 'malformed' })).toMatchObject({ trouble: 'cut', retryable: true });
  });

  it('tells a connection that breaks before anything is answered as unreachable', async () => {
    expect(await trouble({ kind: 'cut', where: 'before' })).toMatchObject({ trouble: 'unreachable', retryable: true });
  });

  it('tells a provider that is not there as unreachable', async () => {
    running = await start(provider, () => ({ text: TEXT }));
    await running.close();
    await expect(running.llm.ask(request(), hooks())).rejects.toMatchObject({ trouble: 'unreachable', retryable: true });
  });

  it.each(['before', 'start', 'middle'] as const)('gives up a call in which nothing more comes (%s)', async (where) => {
    expect(await trouble({ kind: 'stall', where }, { silenceSeconds: 0.2 })).toMatchObject({ trouble: 'timeout', retryable: true });
  });

  it('waits for as long as something comes', async () => {
    running = await start(provider, () => ({ text: TEXT, pieceDelayMs: 40 }), { silenceSeconds: 0.3 });
    await expect(running.llm.ask(request(), hooks())).resolves.toMatchObject({ text: TEXT });
  });

  it('ends the call when it is told to, with the reason it was given', async () => {
    const controller = new AbortController();
    const stop = (): void => controller.abort(new Error('enough'));
    running = await start(provider, () => ({ text: TEXT, fault: { kind: 'stall', where: 'middle' } }));
    await expect(running.llm.ask(request(), { signal: controller.signal, onText: stop })).rejects.toThrow('enough');
    await expect(running.llm.ask(request(), { signal: controller.signal })).rejects.toThrow('enough');
    expect(running.served).toHaveLength(1);
  });
});

describe('what was counted of a call that breaks', () => {
  const broken = async (provider: Provider, fault: WireFault): Promise<LlmError> => {
    running = await start(provider, () => ({ text: TEXT, fault }));
    const asked = { model: provider.model, system: LONG_SYSTEM, messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Plan.' }] }], maxOutputTokens: 4000 };
    return (await running.llm.ask(asked, { signal: new AbortController().signal }).catch((error: unknown) => error)) as LlmError;
  };
  const [claude, gemini] = providers as [Provider, Provider];

  it.each([{ kind: 'error-event' }, { kind: 'cut', where: 'middle' }, { kind: 'malformed' }] as WireFault[])('is told by Claude from the beginning of the answer: %o', async (fault) => {
    expect((await broken(claude, fault)).usage).toEqual({ inputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 1600, outputTokens: 1 });
  });

  it.each([{ kind: 'error-event' }, { kind: 'cut', where: 'middle' }] as WireFault[])('is told by Gemini with every piece: %o', async (fault) => {
    const { usage } = await broken(gemini, fault);
    expect(usage).toMatchObject({ inputTokens: 1602, cacheReadTokens: 0 });
    expect(usage?.outputTokens).toBeGreaterThan(20);
  });
});
