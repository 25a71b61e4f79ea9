import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SectionReply } from '../../../functions/author/plan/reply.ts';
import type { Planner } from '../../../functions/lesson/port.ts';
import { LlmError } from '../../../functions/llm/port.ts';
import type { Section } from '../../../shared/contract/plan.ts';
import { LecternError } from '../../../shared/errors.ts';
import { piecesOf, plannedOutline, plannerOf, remaining, sectionsOfOutline, streamed, whole } from '../../support/plan-replies.ts';
import { lastText, type ScriptedAsk, scriptedAsk, type ScriptedReply } from '../../support/scripted-ask.ts';

const never = new AbortController().signal;
const sections = sectionsOfOutline();
const outline = await plannedOutline();
const rest = (planner: Planner, before: Section[] = []): Promise<Section[]> => remaining(planner, outline, before);
const titlesOf = (made: Section[]): string[] => made.map(({ title }) => title);
const allTitles = outline.sections.map(({ title }) => title);

/** A reply in pieces, which breaks after so many sections. */
const broken = (count: number, error?: Error): ScriptedReply => {
  const text = `{"sections":[${sections.slice(0, count).map((section) => JSON.stringify(section)).join(',')},{"title":"Hal`;
  return { text, pieces: piecesOf(text), error: error ?? new LlmError('cut', { message: 'The connection broke.', fix: 'Try again.', retryable: true }) };
};

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => void process.on('unhandledRejection', note));
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled.splice(0)).toEqual([]);
});

describe('a reply that breaks off', () => {
  const written = (script: ScriptedAsk, index: number): unknown => {
    const [, found] = /<written>(.*)<\/written>$/s.exec(lastText(script.asked[index]!)) ?? [];
    return found === undefined ? undefined : (JSON.parse(found) as SectionReply[]).map(({ title }) => title);
  };

  test.each([1, 2])('after %i sections is gone on with from there', async (count) => {
    const script = scriptedAsk([broken(count), streamed(sections.slice(count))]);
    expect(await rest(plannerOf(script))).toEqual(await rest(plannerOf(scriptedAsk([streamed(sections)]))));
    expect([written(script, 0), written(script, 1)]).toEqual([undefined, allTitles.slice(0, count)]);
  });

  test.each([
    ['is cut at its longest', new LecternError('llm_truncated', { message: 'Cut.', fix: 'More.' })],
    ['loses its form', new LecternError('llm_bad_answer', { message: 'Bad.', fix: 'Again.' })],
  ])('because it %s is gone on with, too', async (_, error) => {
    expect(titlesOf(await rest(plannerOf(scriptedAsk([broken(1, error), streamed(sections.slice(1))]))))).toEqual(allTitles);
  });

  test('or ends too early is gone on with', async () => {
    const script = scriptedAsk([streamed(sections.slice(0, 2)), whole({ sections: sections.slice(2) })]);
    expect(titlesOf(await rest(plannerOf(script)))).toEqual(allTitles);
    expect(written(script, 1)).toEqual(allTitles.slice(0, 2));
  });

  test('is gone on with twice, and then told of', async () => {
    const script = scriptedAsk([broken(1), broken(0), broken(0), streamed(sections)]);
    await expect(rest(plannerOf(script))).rejects.toMatchObject({ code: 'llm_cut', retryable: true });
    expect(script.asked).toHaveLength(3);
    const short = scriptedAsk([1, 2, 3].map(() => streamed([])));
    await expect(rest(plannerOf(short))).rejects.toMatchObject({ code: 'plan_unusable', message: expect.stringContaining('0 of 3 sections') });
    expect(short.asked).toHaveLength(3);
    expect(lastText(short.asked[1]!)).toMatch(/^<faults>\n- None of the sections that are to be written stands in your reply: Ever thinner blocks; /);
    expect(short.asked[1]?.messages.slice(0, 1)).toEqual(short.asked[0]?.messages);
  });

  test.each([
    ['nothing of it has come', { ...broken(0), pieces: [] }, 'llm_cut'],
    ['it was refused', broken(1, new LecternError('llm_refused', { message: 'No.', fix: 'Else.' })), 'llm_refused'],
    ['there is no more money', broken(1, new LecternError('cost_cap', { message: 'No.', fix: 'More.' })), 'cost_cap'],
    ['the key is wrong', broken(1, new LlmError('unauthorised', { message: 'No.', fix: 'Key.' })), 'llm_unauthorised'],
  ] as const)('is not gone on with where %s', async (_, reply, code) => {
    const script = scriptedAsk([reply]);
    await expect(rest(plannerOf(script))).rejects.toMatchObject({ code });
    expect(script.asked).toHaveLength(1);
  });

  test('and starts again with what is written does not bring it twice', async () => {
    const script = scriptedAsk([broken(1), streamed(sections)]);
    expect(titlesOf(await rest(plannerOf(script)))).toEqual(allTitles);
    expect(script.asked).toHaveLength(2);
  });

  test('and leaves one out has it asked for', async () => {
    const script = scriptedAsk([streamed([sections[0]!, sections[2]!]), streamed(sections.slice(1))]);
    expect(titlesOf(await rest(plannerOf(script)))).toEqual(allTitles);
    expect(written(script, 1)).toEqual(allTitles.slice(0, 1));
  });

  test('and brings only what is written is told so', async () => {
    const script = scriptedAsk([streamed(sections.slice(0, 1)), streamed(sections.slice(0, 1)), streamed(sections.slice(1))]);
    expect(titlesOf(await rest(plannerOf(script)))).toEqual(allTitles);
    expect(lastText(script.asked[1]!)).toMatch(/<written>/);
    expect(lastText(script.asked[2]!)).toMatch(/None of the sections .*: Groups of one half; Slow and endless\./);
  });

  test('while nobody asks any more does no harm', async () => {
    const plan = plannerOf(scriptedAsk([broken(1)]));
    await plan.next({ outline, before: [] }, never);
  });
});

describe('another process', () => {
  test('goes on from what is written, without the outline’s question', async () => {
    const [first] = await rest(plannerOf(scriptedAsk([streamed(sections)])));
    const script = scriptedAsk([streamed(sections.slice(1))]);
    // As a database gives it back: keys in another order.
    const recorded = JSON.parse(JSON.stringify(first), (_, value: unknown) => (value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).reverse()) : value)) as Section;
    expect(titlesOf(await rest(plannerOf(script), [recorded]))).toEqual(allTitles);
    expect(script.asked).toHaveLength(1);
    expect(lastText(script.asked[0]!)).toContain('<written>');
  });

  test('that asks for another place than the one that is open gives that reply up', async () => {
    const script = scriptedAsk([{ ...streamed(sections), hold: { until: 30, released: new Promise(() => undefined) } }, streamed(sections.slice(1))]);
    const plan = plannerOf(script);
    const first = await plan.next({ outline, before: [] }, never);
    const changed = { ...first, beats: first.beats.slice(1) };
    const second = await plan.next({ outline, before: [changed] }, never);
    expect(second.title).toBe(allTitles[1]);
    expect(script.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });
});

describe('a job that is cancelled', () => {
  const held = (): ScriptedReply => ({ ...streamed(sections), hold: { until: 30, released: new Promise(() => undefined) } });

  test('stops waiting for a section, and the reply with it', async () => {
    const cancel = new AbortController();
    const script = scriptedAsk([held()]);
    const plan = plannerOf(script);
    const first = await plan.next({ outline, before: [] }, cancel.signal);
    const second = plan.next({ outline, before: [first] }, cancel.signal);
    cancel.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
    expect(script.signals[0]?.aborted).toBe(true);
  });

  test('between two sections stops the reply, too', async () => {
    const cancel = new AbortController();
    const script = scriptedAsk([held()]);
    await plannerOf(script).next({ outline, before: [] }, cancel.signal);
    cancel.abort(new Error('cancelled'));
    expect(script.signals[0]?.aborted).toBe(true);
  });

  test('before it asks asks nothing', async () => {
    const script = scriptedAsk([]);
    await expect(plannerOf(script).next({ outline, before: [] }, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
    await expect(plannerOf(script).start(AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
    expect(script.asked).toHaveLength(0);
  });
});
