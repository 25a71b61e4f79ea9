import { describe, expect, test } from 'vitest';
import type { Answered, Ask, Question } from '../../../functions/author/ask.ts';
import { questionKey } from '../../../functions/author/asking/question-key.ts';
import { llmWriter } from '../../../functions/author/writer.ts';
import type { Flavor } from '../../../shared/contract/flavor.ts';
import type { RenderFailure, SectionReport } from '../../../shared/contract/report.ts';
import { defaultFlavor, goodReport, sceneTask } from '../../support/scene-tasks.ts';

const code = 'from manim import *\n\n\nclass Section(LessonScene):\n    def construct(self):\n        pass\n';
const signal = new AbortController().signal;
const flavor = await defaultFlavor();

/** A writer whose questions are kept and answered with these replies, one after the other. */
function writerWith(replies: string[], own: Flavor = flavor) {
  const questions: Question<unknown>[] = [];
  const ask: Ask = async <Answer>(question: Question<Answer>): Promise<Answered<Answer>> => {
    questions.push(question);
    const reply = replies.shift();
    if (reply === undefined) throw new Error('Nothing more was to be asked.');
    return { value: reply as Answer, cached: reply.includes('cached') };
  };
  return { writer: llmWriter({ ask, flavor: own }), questions };
}
const textOf = (question: Question<unknown> | undefined): string => question?.messages.flatMap(({ content }) => content).map((part) => (part.type === 'text' ? part.text : '')).join('') ?? '';
const failed = (failure: Partial<RenderFailure>): SectionReport => ({ ...goodReport, failure: { kind: 'code', errorClass: 'NameError', message: 'no', ...failure } });
const fault: SectionReport['geometry'][number] = { kind: 'overlap', severity: 'repair', beat: 1, frame: 90, what: 'a / b', detail: 'half' };
const mended = (report: SectionReport, own?: Flavor) => {
  const { writer, questions } = writerWith([`\`\`\`python\n${code}\`\`\``], own);
  return { scene: writer.mend?.(sceneTask, { sceneCode: 'class Old(LessonScene):\n    pass\n', report }, signal), questions };
};

describe('a section is written', () => {
  test('by the model for scenes, out of the fence of its reply', async () => {
    const { writer, questions } = writerWith([`Here it is:\n\n\`\`\`python\n${code}\`\`\`\nIt draws.`]);
    const scene = await writer.write(sceneTask, signal);
    expect(scene).toEqual({ sceneCode: code, cached: false, writtenBy: { model: flavor.parameters.models.scene, promptVersion: expect.stringMatching(/^[0-9a-f]{12}$/) } });
    expect(questions).toMatchObject([{ phase: 'code', section: 2, model: flavor.parameters.models.scene, maxOutputTokens: flavor.parameters.output_tokens.scene }]);
    expect(questions[0]).not.toHaveProperty('schema');
    expect(textOf(questions[0])).toMatch(/^<topic-title>Why squares grow by odd numbers<\/topic-title>\n\n<section number="2" of="2">\n/);
  });

  test('with the same words beforehand, to the byte, whatever the section and the film', async () => {
    const { writer, questions } = writerWith([code, code]);
    await writer.write(sceneTask, signal);
    await writer.write({ ...sceneTask, section: 1, outline: { ...sceneTask.outline, title: 'Something else', theme: 'light', language: 'es' } }, signal);
    expect(questions[1]?.system).toBe(questions[0]?.system);
    expect(textOf(questions[1])).not.toBe(textOf(questions[0]));
  });

  test('and is said to be found where it was', async () => {
    expect(await writerWith([`# cached\n${code}`]).writer.write(sceneTask, signal)).toMatchObject({ cached: true });
  });

  test('or not at all, where there is no scene in the reply', async () => {
    await expect(writerWith(['I would rather not.']).writer.write(sceneTask, signal)).rejects.toMatchObject({ code: 'llm_bad_answer', retryable: true });
  });

  test('by prompts whose version changes with what they say', async () => {
    const version = async (own: Flavor) => (await writerWith([code], own).writer.write(sceneTask, signal)).writtenBy?.promptVersion;
    const versions = await Promise.all([
      version(flavor),
      version({ ...flavor, scene: { ...flavor.scene, scene: 'Draw.' } }),
      version({ ...flavor, repair: { ...flavor.repair, picture: 'Mend.' } }),
      version({ ...flavor, plan: { ...flavor.plan, outline: 'Plan.' } }),
    ]);
    expect(new Set(versions).size).toBe(3);
    expect(versions[3]).toBe(versions[0]);
  });
});

describe('a section is mended', () => {
  test.each([
    ['code that raised', { kind: 'code', errorClass: 'AttributeError' }],
    ['a formula that LaTeX refused', { kind: 'tex', errorClass: 'TexError' }],
    ['a loop without an end', { kind: 'limit', errorClass: 'Cpu' }],
    ['printing without an end', { kind: 'limit', errorClass: 'Output' }],
  ] as const)('after %s, once, by the model for repairs', async (_, failure) => {
    const { scene, questions } = mended(failed(failure));
    expect(await scene).toMatchObject({ sceneCode: code, writtenBy: { model: flavor.parameters.models.repair } });
    expect(questions).toMatchObject([{ phase: 'repair', section: 2, model: flavor.parameters.models.repair, maxOutputTokens: flavor.parameters.output_tokens.repair }]);
    expect(textOf(questions[0])).toContain('<section number="2" of="2">');
    expect(textOf(questions[0])).toContain('<scene-code>\n```python\nclass Old');
    expect(textOf(questions[0])).toContain(`<error>\n${failure.errorClass}: no`);
    expect(textOf(questions[0])).toContain(flavor.repair.scene.trim());
  });

  test.each([
    ['the host ran out of time', { kind: 'limit', errorClass: 'WallClock' }],
    ['memory was short', { kind: 'limit', errorClass: 'Memory' }],
    ['the sandbox was lost', { kind: 'sandbox', errorClass: 'WorkerLost' }],
    ['its report was not true', { kind: 'protocol', errorClass: 'ClipFault' }],
  ] as const)('not when %s: no model is asked', async (_, failure) => {
    const { scene, questions } = mended(failed(failure));
    expect(await scene).toBeUndefined();
    expect(questions).toEqual([]);
  });

  test('when its picture has as many grave faults as the flavor bears no longer', async () => {
    const bearing = (pictureFaults: number): Flavor => ({ ...flavor, parameters: { ...flavor.parameters, picture_faults: pictureFaults } });
    const report = { ...goodReport, geometry: [fault, { ...fault, severity: 'warn' as const }] };
    const { scene, questions } = mended(report, bearing(1));
    expect(await scene).toMatchObject({ sceneCode: code });
    expect(textOf(questions[0])).toContain('<picture-faults>\n- beat 1, overlap: a / b: half');
    expect(textOf(questions[0])).toContain(flavor.repair.picture.trim());
    expect(await mended(report, bearing(2)).scene).toBeUndefined();
    expect(await mended(report, bearing(0)).scene).toBeUndefined();
  });

  test('from the code that ran, with the known fixes in it', async () => {
    const { scene, questions } = mended({ ...failed({}), mendedCode: 'class Fixed(LessonScene):\n    pass\n' });
    await scene;
    expect(textOf(questions[0])).toContain('class Fixed');
    expect(textOf(questions[0])).not.toContain('class Old');
  });

  test('not when nothing is wrong', async () => {
    expect(await mended(goodReport).scene).toBeUndefined();
  });

  test('told the same beforehand as when it was written', async () => {
    const { writer, questions } = writerWith([code, code]);
    await writer.write(sceneTask, signal);
    await writer.mend?.(sceneTask, { sceneCode: code, report: failed({}) }, signal);
    expect(questions[1]?.system).toBe(questions[0]?.system);
  });
});

test('a section that is written anew is asked for by a name of its own, by which its answer is known', async () => {
  const questions: Question<unknown>[] = [];
  const ask: Ask = async <Answer>(question: Question<Answer>) => {
    questions.push(question);
    return { value: `\`\`\`python\n${code}\`\`\`` as Answer, cached: false };
  };
  for (const fresh of [undefined, 'one', 'two']) await llmWriter({ ask, flavor, ...(fresh && { fresh }) }).write(sceneTask, signal);
  const keys = await Promise.all(questions.map(questionKey));
  expect(new Set(keys).size).toBe(3);
  expect(await questionKey(questions[1] as Question<unknown>)).toBe(keys[1]);
});
