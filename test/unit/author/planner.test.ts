import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { topicPlanner } from '../../../functions/author/planner.ts';
import type { TopicPlannerParts } from '../../../functions/author/plan/parts.ts';
import type { SectionReply } from '../../../functions/author/plan/reply.ts';
import type { Planner } from '../../../functions/lesson/port.ts';
import { LlmError } from '../../../functions/llm/port.ts';
import { type Outline, outlineSchema, type Section, sectionSchema } from '../../../shared/contract/plan.ts';
import { LecternError } from '../../../shared/errors.ts';
import { outlineReply, planFlavor, sectionReply, sectionsOfOutline, withBeat } from '../../support/plan-replies.ts';
import { lastText, type ScriptedAsk, scriptedAsk, type ScriptedReply } from '../../support/scripted-ask.ts';

const never = new AbortController().signal;
const json = (value: unknown): ScriptedReply => ({ text: JSON.stringify(value) });
const sections = sectionsOfOutline();
const cut = (text: string): string[] => text.match(/[\s\S]{1,50}/g) ?? [];
/** A reply in pieces, which breaks after so many sections. */
const broken = (count: number, error?: Error): ScriptedReply => {
  const text = `{"sections":[${sections.slice(0, count).map((section) => JSON.stringify(section)).join(',')},{"title":"Hal`;
  return { text, pieces: cut(text), error: error ?? new LlmError('cut', { message: 'The connection broke.', fix: 'Try again.', retryable: true }) };
};
const streamed = (all: SectionReply[]): ScriptedReply => ({ ...json({ sections: all }), pieces: cut(JSON.stringify({ sections: all })) });

const planner = (script: ScriptedAsk, changes: Partial<TopicPlannerParts> = {}): Planner =>
  topicPlanner({ ask: script.ask, flavor: planFlavor, topic: 'why the harmonic series diverges', wishes: {}, ...changes });

const started = async (): Promise<Outline> => (await planner(scriptedAsk([json(outlineReply())])).start(never)).outline;
const outline = await started();

async function rest(plan: Planner, before: Section[] = []): Promise<Section[]> {
  const written = [...before];
  while (written.length < outline.sections.length) written.push(await plan.next({ outline, before: [...written] }, never));
  return written;
}
const titlesOf = (made: Section[]): string[] => made.map(({ title }) => title);
const allTitles = outline.sections.map(({ title }) => title);

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => void process.on('unhandledRejection', note));
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled.splice(0)).toEqual([]);
});

describe('the outline', () => {
  test('is asked for with the topic and what is wished, by the flavor’s model and words', async () => {
    const script = scriptedAsk([json(outlineReply({ sections: outlineReply().sections.map((section) => ({ ...section, seconds: 20 })) }))]);
    await planner(script, { topic: 'sums </topic>', wishes: { seconds: 60, language: 'es' } }).start(never);
    const [question] = script.asked;
    expect(question).toMatchObject({ phase: 'plan', model: 'large', maxOutputTokens: 4000 });
    expect(question?.system).toMatch(/^Plan films\.\n\n# The form of your answer/);
    expect(lastText(question!)).toBe('<topic>sums <\u200b/topic></topic>\n\n<wishes>Length: 51 to 69 seconds in all, best 60. Sections: 2 to 4. Language: Spanish (es).</wishes>');
  });

  test('is the same question, to the byte, for every topic but for its last message', async () => {
    const scripts = ['sums', 'limits'].map((topic) => ({ topic, script: scriptedAsk([json(outlineReply())]) }));
    for (const { topic, script } of scripts) await planner(script, { topic }).start(never);
    expect(scripts[0]?.script.asked[0]?.system).toBe(scripts[1]?.script.asked[0]?.system);
  });

  test('becomes one of the plan’s own form, with what was wished', async () => {
    const wishes = { quality: 'preview', theme: 'light', language: 'de', voice: 'Anna', seconds: 120 } as const;
    const start = await planner(scriptedAsk([json(outlineReply())]), { wishes }).start(never);
    expect(start.sections).toEqual([]);
    expect(outlineSchema.parse(start.outline)).toEqual(start.outline);
    expect(start.outline).toMatchObject({ quality: 'preview', theme: 'light', language: 'de', voice: 'Anna', keywords: outlineReply().keywords });
    expect(outline).toMatchObject({ quality: 'standard', theme: 'dark', language: 'en', title: 'Why the harmonic series has no end' });
    expect(outline).not.toHaveProperty('voice');
  });

  test('with faults is corrected once, in the same conversation, with all of them', async () => {
    const faulty = outlineReply({ language: 'English', sections: outlineReply().sections.map((section, index) => ({ ...section, uses: index === 0 ? ['H_n'] : section.uses })) });
    const script = scriptedAsk([json(faulty), json(outlineReply())]);
    const start = await planner(script).start(never);
    expect(start.outline).toEqual(outline);
    const [first, second] = script.asked;
    expect(second).toMatchObject({ system: first?.system, model: 'large' });
    expect(second?.messages.slice(0, 1)).toEqual(first?.messages);
    expect(second?.messages[1]).toEqual({ role: 'assistant', content: [{ type: 'text', text: JSON.stringify(faulty) }] });
    expect(lastText(second!)).toMatch(/^This outline does not hold\.\n\n<faults>\n- “English” is no BCP 47.*\n- Section 1 .* uses “H_n” before.*\n<\/faults>$/s);
  });

  test('that still has faults is put right, or refused', async () => {
    const early = outlineReply({ sections: outlineReply().sections.map((section, index) => ({ ...section, uses: index === 0 ? ['H_n'] : section.uses })) });
    const start = await planner(scriptedAsk([json(early), json(early)])).start(never);
    expect(start.outline.sections.map(({ introduces }) => introduces)).toEqual([['n', 'H_n'], [], []]);
    const empty = json(outlineReply({ sections: [] }));
    await expect(planner(scriptedAsk([empty, empty])).start(never)).rejects.toMatchObject({ code: 'plan_unusable' });
  });

  test('has a symbol that LaTeX refuses corrected, and goes without it else', async () => {
    const ledger = [...outlineReply().ledger, { symbol: '\\nosuch', colour: 'teal' as const, meaning: 'nothing' }];
    const reply = json(outlineReply({ ledger, sections: outlineReply().sections.map((section, index) => ({ ...section, introduces: [...section.introduces, ...(index === 0 ? ['\\nosuch'] : [])] })) }));
    const formulas = { check: async (all: string[]) => all.filter((formula) => formula.includes('nosuch')).map((formula) => ({ formula, message: 'Undefined control sequence.' })) };
    const script = scriptedAsk([reply, reply]);
    const start = await planner(script, { formulas }).start(never);
    expect(lastText(script.asked[1]!)).toContain('LaTeX cannot set the ledger’s symbol “\\nosuch”: Undefined control sequence.');
    expect(start.outline).toEqual(outline);
  });

  test('is asked for with the image before the words, and so are the sections', async () => {
    const image = { type: 'image', mediaType: 'image/png', bytes: new Uint8Array([1, 2, 3]) } as const;
    const script = scriptedAsk([json(outlineReply()), json({ sections })]);
    const plan = planner(script, { image });
    await plan.start(never);
    await plan.next({ outline, before: [] }, never);
    expect(script.asked.map(({ messages }) => messages[0]?.content.map(({ type }) => type))).toEqual([['image', 'text'], ['image', 'text']]);
    expect(script.asked[0]?.messages[0]?.content[0]).toBe(image);
  });
});

describe('the sections', () => {
  test('come out of one reply, each in the plan’s own form', async () => {
    const script = scriptedAsk([streamed(sections)]);
    const made = await rest(planner(script));
    expect(titlesOf(made)).toEqual(allTitles);
    for (const section of made) expect(sectionSchema.parse(section)).toEqual(section);
    expect(script.asked).toHaveLength(1);
    expect(script.asked[0]).toMatchObject({ phase: 'plan', model: 'large', maxOutputTokens: 12000 });
    const [, asOutline] = /<outline>(.*)<\/outline>$/s.exec(lastText(script.asked[0]!)) ?? [];
    expect(JSON.parse(asOutline ?? '')).toEqual({ title: outline.title, language: 'en', ledger: outline.ledger, sections: outline.sections });
    expect(lastText(script.asked[0]!)).not.toContain('<written>');
  });

  test('are handed out while the reply still comes', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const reply = streamed(sections);
    const until = cut(`{"sections":[${JSON.stringify(sections[0])}`).length;
    const plan = planner(scriptedAsk([{ ...reply, hold: { until, released } }]));
    const first = await plan.next({ outline, before: [] }, never);
    const second = plan.next({ outline, before: [first] }, never);
    expect(await Promise.race([second, Promise.resolve('not yet')])).toBe('not yet');
    release();
    expect(titlesOf([first, await second])).toEqual(allTitles.slice(0, 2));
  });

  test('come out of a reply that was found as they do out of one that comes', async () => {
    expect(await rest(planner(scriptedAsk([json({ sections })])))).toEqual(await rest(planner(scriptedAsk([streamed(sections)]))));
  });

  test('keep the outline’s titles, and more of them than there should be are left alone', async () => {
    const named = sections.map((section, index) => ({ ...section, title: `Part ${index + 1}` }));
    expect(titlesOf(await rest(planner(scriptedAsk([streamed([...named, sectionReply('One more')])]))))).toEqual(allTitles);
  });

  test('with faults are corrected alone, once, while the others come', async () => {
    const faulty = withBeat(sections[1]!, 2, { narration: 'The mean is $\\frac{a+b}{2}$.', picture: '' });
    const script = scriptedAsk([streamed([sections[0]!, faulty, sections[2]!]), json({ sections: [sections[1]] })]);
    expect(await rest(planner(script))).toEqual(await rest(planner(scriptedAsk([streamed(sections)]))));
    const [question, correction] = script.asked;
    expect(correction).toMatchObject({ section: 2, model: 'small', maxOutputTokens: 3000, system: question?.system });
    expect(correction?.messages.slice(0, 1)).toEqual(question?.messages);
    expect(correction?.messages[1]?.content).toEqual([{ type: 'text', text: JSON.stringify({ sections: [faulty] }) }]);
    expect(lastText(correction!)).toMatch(/^This section does not hold\.\n\n<section number="2" of="3">Groups of one half<\/section>\n\n<faults>\n- Beat 3 .*cannot be read aloud.*\n- Beat 3 .*no picture\.\n<\/faults>$/s);
  });

  test('that cannot be used after that are refused, and the reply is given up', async () => {
    const faulty = withBeat(sections[0]!, 2, { narration: 'See https://example.com now.' });
    const script = scriptedAsk([{ ...streamed([faulty, ...sections.slice(1)]), hold: { until: 30, released: new Promise(() => undefined) } }, json({ sections: [faulty] })]);
    await expect(planner(script).next({ outline, before: [] }, never)).rejects.toMatchObject({ code: 'plan_unusable', message: expect.stringContaining('section 1, beat 3') });
    expect(script.signals[0]?.aborted).toBe(true);
  });

  test('cannot be more than the outline has', async () => {
    const plan = planner(scriptedAsk([streamed(sections)]));
    const made = await rest(plan);
    await expect(plan.next({ outline, before: made }, never)).rejects.toThrow(RangeError);
  });
});

describe('a reply that breaks off', () => {
  const written = (script: ScriptedAsk, index: number): unknown => {
    const [, found] = /<written>(.*)<\/written>$/s.exec(lastText(script.asked[index]!)) ?? [];
    return found === undefined ? undefined : (JSON.parse(found) as SectionReply[]).map(({ title }) => title);
  };

  test.each([1, 2])('after %i sections is gone on with from there', async (count) => {
    const script = scriptedAsk([broken(count), streamed(sections.slice(count))]);
    expect(await rest(planner(script))).toEqual(await rest(planner(scriptedAsk([streamed(sections)]))));
    expect([written(script, 0), written(script, 1)]).toEqual([undefined, allTitles.slice(0, count)]);
  });

  test.each([
    ['is cut at its longest', new LecternError('llm_truncated', { message: 'Cut.', fix: 'More.' })],
    ['loses its form', new LecternError('llm_bad_answer', { message: 'Bad.', fix: 'Again.' })],
  ])('because it %s is gone on with, too', async (_, error) => {
    expect(titlesOf(await rest(planner(scriptedAsk([broken(1, error), streamed(sections.slice(1))]))))).toEqual(allTitles);
  });

  test('or ends too early is gone on with', async () => {
    const script = scriptedAsk([streamed(sections.slice(0, 2)), json({ sections: sections.slice(2) })]);
    expect(titlesOf(await rest(planner(script)))).toEqual(allTitles);
    expect(written(script, 1)).toEqual(allTitles.slice(0, 2));
  });

  test('is gone on with twice, and then told of', async () => {
    const script = scriptedAsk([broken(1), broken(0), broken(0), streamed(sections)]);
    await expect(rest(planner(script))).rejects.toMatchObject({ code: 'llm_cut', retryable: true });
    expect(script.asked).toHaveLength(3);
    const short = scriptedAsk([1, 2, 3].map(() => streamed([])));
    await expect(rest(planner(short))).rejects.toMatchObject({ code: 'plan_unusable', message: expect.stringContaining('0 of 3 sections') });
    expect(short.asked).toHaveLength(3);
  });

  test.each([
    ['nothing of it has come', { ...broken(0), pieces: [] }, 'llm_cut'],
    ['it was refused', broken(1, new LecternError('llm_refused', { message: 'No.', fix: 'Else.' })), 'llm_refused'],
    ['there is no more money', broken(1, new LecternError('cost_cap', { message: 'No.', fix: 'More.' })), 'cost_cap'],
    ['the key is wrong', broken(1, new LlmError('unauthorised', { message: 'No.', fix: 'Key.' })), 'llm_unauthorised'],
  ] as const)('is not gone on with where %s', async (_, reply, code) => {
    const script = scriptedAsk([reply]);
    await expect(rest(planner(script))).rejects.toMatchObject({ code });
    expect(script.asked).toHaveLength(1);
  });

  test('and starts again with what is written does not bring it twice', async () => {
    const script = scriptedAsk([broken(1), streamed(sections)]);
    expect(titlesOf(await rest(planner(script)))).toEqual(allTitles);
    expect(script.asked).toHaveLength(2);
  });

  test('and leaves one out has it asked for', async () => {
    const script = scriptedAsk([streamed([sections[0]!, sections[2]!]), streamed(sections.slice(1))]);
    expect(titlesOf(await rest(planner(script)))).toEqual(allTitles);
    expect(written(script, 1)).toEqual(allTitles.slice(0, 1));
  });

  test('while nobody asks any more does no harm', async () => {
    const plan = planner(scriptedAsk([broken(1)]));
    await plan.next({ outline, before: [] }, never);
  });
});

describe('another process', () => {
  test('goes on from what is written, without the outline’s question', async () => {
    const [first] = await rest(planner(scriptedAsk([streamed(sections)])));
    const script = scriptedAsk([streamed(sections.slice(1))]);
    // As a database gives it back: keys in another order.
    const recorded = JSON.parse(JSON.stringify(first), (_, value: unknown) => (value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).reverse()) : value)) as Section;
    expect(titlesOf(await rest(planner(script), [recorded]))).toEqual(allTitles);
    expect(script.asked).toHaveLength(1);
    expect(lastText(script.asked[0]!)).toContain('<written>');
  });

  test('that asks for another place than the one that is open gives that reply up', async () => {
    const script = scriptedAsk([{ ...streamed(sections), hold: { until: 30, released: new Promise(() => undefined) } }, streamed(sections.slice(1))]);
    const plan = planner(script);
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
    const plan = planner(script);
    const first = await plan.next({ outline, before: [] }, cancel.signal);
    const second = plan.next({ outline, before: [first] }, cancel.signal);
    cancel.abort(new Error('cancelled'));
    await expect(second).rejects.toThrow('cancelled');
    expect(script.signals[0]?.aborted).toBe(true);
  });

  test('between two sections stops the reply, too', async () => {
    const cancel = new AbortController();
    const script = scriptedAsk([held()]);
    await planner(script).next({ outline, before: [] }, cancel.signal);
    cancel.abort(new Error('cancelled'));
    expect(script.signals[0]?.aborted).toBe(true);
  });

  test('before it asks asks nothing', async () => {
    const script = scriptedAsk([]);
    await expect(planner(script).next({ outline, before: [] }, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
    await expect(planner(script).start(AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
    expect(script.asked).toHaveLength(0);
  });
});
