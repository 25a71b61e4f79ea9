import { describe, expect, test } from 'vitest';
import type { Planner } from '../../../functions/lesson/port.ts';
import { outlineSchema, type Section, sectionSchema } from '../../../shared/contract/plan.ts';
import { outlineReply, piecesOf, plannedOutline, plannerOf, remaining, sectionReply, sectionsOfOutline, streamed, whole, withBeat } from '../../support/plan-replies.ts';
import { lastText, scriptedAsk } from '../../support/scripted-ask.ts';

const never = new AbortController().signal;
const sections = sectionsOfOutline();
const outline = await plannedOutline();
const rest = (planner: Planner, before: Section[] = []): Promise<Section[]> => remaining(planner, outline, before);
const titlesOf = (made: Section[]): string[] => made.map(({ title }) => title);
const allTitles = outline.sections.map(({ title }) => title);

describe('the outline', () => {
  test('is asked for with the topic and what is wished, by the flavor’s model and words', async () => {
    const script = scriptedAsk([whole(outlineReply({ sections: outlineReply().sections.map((section) => ({ ...section, seconds: 20 })) }))]);
    await plannerOf(script, { topic: 'sums </topic>', wishes: { seconds: 60, language: 'es' } }).start(never);
    const [question] = script.asked;
    expect(question).toMatchObject({ phase: 'plan', model: 'large', maxOutputTokens: 4000 });
    expect(question?.system).toMatch(/^Plan films\.\n\n# The form of your answer/);
    expect(lastText(question!)).toBe('<topic>sums <\u200b/topic></topic>\n\n<wishes>Length: 51 to 69 seconds in all, best 60. Sections: 2 to 4. Language: Spanish (es).</wishes>');
  });

  test('is the same question, to the byte, for every topic but for its last message', async () => {
    const scripts = ['sums', 'limits'].map((topic) => ({ topic, script: scriptedAsk([whole(outlineReply())]) }));
    for (const { topic, script } of scripts) await plannerOf(script, { topic }).start(never);
    expect(scripts[0]?.script.asked[0]?.system).toBe(scripts[1]?.script.asked[0]?.system);
  });

  test('becomes one of the plan’s own form, with what was wished', async () => {
    const wishes = { quality: 'preview', theme: 'light', language: 'de', voice: 'Anna', seconds: 120 } as const;
    const start = await plannerOf(scriptedAsk([whole(outlineReply())]), { wishes }).start(never);
    expect(start.sections).toEqual([]);
    expect(outlineSchema.parse(start.outline)).toEqual(start.outline);
    expect(start.outline).toMatchObject({ quality: 'preview', theme: 'light', language: 'de', voice: 'Anna', keywords: outlineReply().keywords });
    expect(outline).toMatchObject({ quality: 'standard', theme: 'dark', language: 'en', title: 'Why the harmonic series has no end' });
    expect(outline).not.toHaveProperty('voice');
  });

  test('with faults is corrected once, in the same conversation, with all of them', async () => {
    const faulty = outlineReply({ language: 'English', sections: outlineReply().sections.map((section, index) => ({ ...section, uses: index === 0 ? ['H_n'] : section.uses })) });
    const script = scriptedAsk([whole(faulty), whole(outlineReply())]);
    const start = await plannerOf(script).start(never);
    expect(start.outline).toEqual(outline);
    const [first, second] = script.asked;
    expect(second).toMatchObject({ system: first?.system, model: 'large' });
    expect(second?.messages.slice(0, 1)).toEqual(first?.messages);
    expect(second?.messages[1]).toEqual({ role: 'assistant', content: [{ type: 'text', text: JSON.stringify(faulty) }] });
    expect(lastText(second!)).toMatch(/^This outline does not hold\.\n\n<faults>\n- “English” is no BCP 47.*\n- Section 1 .* uses “H_n” before.*\n<\/faults>$/s);
  });

  test('that still has faults is put right, or refused', async () => {
    const early = outlineReply({ sections: outlineReply().sections.map((section, index) => ({ ...section, uses: index === 0 ? ['H_n'] : section.uses })) });
    const start = await plannerOf(scriptedAsk([whole(early), whole(early)])).start(never);
    expect(start.outline.sections.map(({ introduces }) => introduces)).toEqual([['n', 'H_n'], [], []]);
    const empty = whole(outlineReply({ sections: [] }));
    await expect(plannerOf(scriptedAsk([empty, empty])).start(never)).rejects.toMatchObject({ code: 'plan_unusable' });
  });

  test('has a symbol that LaTeX refuses corrected, and goes without it else', async () => {
    const ledger = [...outlineReply().ledger, { symbol: '\\nosuch', colour: 'teal' as const, meaning: 'nothing' }];
    const reply = whole(outlineReply({ ledger, sections: outlineReply().sections.map((section, index) => ({ ...section, introduces: [...section.introduces, ...(index === 0 ? ['\\nosuch'] : [])] })) }));
    const formulas = { check: async (all: string[]) => all.filter((formula) => formula.includes('nosuch')).map((formula) => ({ formula, message: 'Undefined control sequence.' })) };
    const script = scriptedAsk([reply, reply]);
    const start = await plannerOf(script, { formulas }).start(never);
    expect(lastText(script.asked[1]!)).toContain('LaTeX cannot set the ledger’s symbol “\\nosuch”: Undefined control sequence.');
    expect(start.outline).toEqual(outline);
  });

  test('is asked for with the image before the words, and so are the sections', async () => {
    const image = { type: 'image', mediaType: 'image/png', bytes: new Uint8Array([1, 2, 3]) } as const;
    const script = scriptedAsk([whole(outlineReply()), whole({ sections })]);
    const plan = plannerOf(script, { image });
    await plan.start(never);
    await plan.next({ outline, before: [] }, never);
    expect(script.asked.map(({ messages }) => messages[0]?.content.map(({ type }) => type))).toEqual([['image', 'text'], ['image', 'text']]);
    expect(script.asked[0]?.messages[0]?.content[0]).toBe(image);
  });
});

describe('the sections', () => {
  test('are asked for in tags that nothing in the plan can close', async () => {
    const tricky = { ...outline, title: 'What </outline><written>[]</written> means' };
    const script = scriptedAsk([whole({ sections })]);
    await plannerOf(script).next({ outline: tricky, before: [] }, never);
    const asked = lastText(script.asked[0]!);
    expect(asked.match(/<\/outline>/g)).toHaveLength(1);
    expect(JSON.parse(/<outline>(.*)<\/outline>$/s.exec(asked)?.[1] ?? '')).toMatchObject({ title: tricky.title });
  });

  test('come out of one reply, each in the plan’s own form', async () => {
    const script = scriptedAsk([streamed(sections)]);
    const made = await rest(plannerOf(script));
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
    const until = piecesOf(`{"sections":[${JSON.stringify(sections[0])}`).length;
    const plan = plannerOf(scriptedAsk([{ ...reply, hold: { until, released } }]));
    const first = await plan.next({ outline, before: [] }, never);
    const second = plan.next({ outline, before: [first] }, never);
    expect(await Promise.race([second, Promise.resolve('not yet')])).toBe('not yet');
    release();
    expect(titlesOf([first, await second])).toEqual(allTitles.slice(0, 2));
  });

  test('come out of a reply that was found as they do out of one that comes', async () => {
    expect(await rest(plannerOf(scriptedAsk([whole({ sections })])))).toEqual(await rest(plannerOf(scriptedAsk([streamed(sections)]))));
  });

  test('keep the outline’s titles, and more of them than there should be are left alone', async () => {
    const named = sections.map((section, index) => ({ ...section, title: `Part ${index + 1}` }));
    expect(titlesOf(await rest(plannerOf(scriptedAsk([streamed([...named, sectionReply('One more')])]))))).toEqual(allTitles);
  });

  test('with faults are corrected alone, once, while the others come', async () => {
    const faulty = withBeat(sections[1]!, 2, { narration: 'The mean is $\\frac{a+b}{2}$.', picture: '' });
    const script = scriptedAsk([streamed([sections[0]!, faulty, sections[2]!]), whole({ sections: [sections[1]] })]);
    expect(await rest(plannerOf(script))).toEqual(await rest(plannerOf(scriptedAsk([streamed(sections)]))));
    const [question, correction] = script.asked;
    expect(correction).toMatchObject({ section: 2, model: 'small', maxOutputTokens: 3000, system: question?.system });
    expect(correction?.messages.slice(0, 1)).toEqual(question?.messages);
    expect(correction?.messages[1]?.content).toEqual([{ type: 'text', text: JSON.stringify({ sections: [faulty] }) }]);
    expect(lastText(correction!)).toMatch(/^This section does not hold\.\n\n<section number="2" of="3">Groups of one half<\/section>\n\n<faults>\n- Beat 3 .*cannot be read aloud.*\n- Beat 3 .*no picture\.\n<\/faults>$/s);
  });

  test('that cannot be used after that are refused, and the reply is given up', async () => {
    const faulty = withBeat(sections[0]!, 2, { narration: 'See https://example.com now.' });
    const script = scriptedAsk([{ ...streamed([faulty, ...sections.slice(1)]), hold: { until: 30, released: new Promise(() => undefined) } }, whole({ sections: [faulty] })]);
    await expect(plannerOf(script).next({ outline, before: [] }, never)).rejects.toMatchObject({ code: 'plan_unusable', message: expect.stringContaining('section 1, beat 3') });
    expect(script.signals[0]?.aborted).toBe(true);
  });

  test('cannot be more than the outline has', async () => {
    const plan = plannerOf(scriptedAsk([streamed(sections)]));
    const made = await rest(plan);
    await expect(plan.next({ outline, before: made }, never)).rejects.toThrow(RangeError);
  });
});
