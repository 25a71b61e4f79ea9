import { createHash } from 'node:crypto';
import type { Flavor } from '../../shared/contract/flavor.ts';
import { LecternError } from '../../shared/errors.ts';
import type { SceneTask, SceneWriter, WrittenScene } from '../lesson/port.ts';
import { failureMendText, pictureMendText } from '../prompts/scene-mend.ts';
import { sceneSystem, sceneText } from '../prompts/scene.ts';
import type { Answered, Ask, Question } from './ask.ts';
import { codeOfReply } from './scene/code-of-reply.ts';
import { worthMending } from './scene/worth-mending.ts';

export interface LlmWriterParts {
  ask: Ask;
  flavor: Flavor;
  /** As of a question: scenes are written anew. */
  fresh?: string;
}

/**
 * The writer of a topic's sections: one model writes the scene code, and another, given the code and what is wrong with it, mends it.
 * Both are told the same beforehand, to the byte, for every section and film of the flavor.
 */
export function llmWriter({ ask, flavor, fresh }: LlmWriterParts): SceneWriter {
  const { models, output_tokens: outputTokens, picture_faults: pictureFaults } = flavor.parameters;
  const system = sceneSystem(flavor.scene);
  const promptVersion = versionOf([system, flavor.repair.scene, flavor.repair.picture]);
  const scene = (answer: Answered<string>, { model, section }: Question<string>): WrittenScene => {
    const sceneCode = codeOfReply(answer.value);
    if (sceneCode === undefined) throw noScene(section);
    return { sceneCode, cached: answer.cached, writtenBy: { model, promptVersion } };
  };
  const question = (task: SceneTask, text: string): Pick<Question<string>, 'section' | 'system' | 'messages' | 'fresh'> => ({
    section: task.section,
    ...(fresh !== undefined && { fresh }),
    system,
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
  });
  return {
    async write(task, signal) {
      const asked = { ...question(task, sceneText(task)), phase: 'code', model: models.scene, maxOutputTokens: outputTokens.scene } as const;
      return scene(await ask(asked, { signal }), asked);
    },
    async mend(task, { sceneCode, report }, signal) {
      const mending = worthMending(report, pictureFaults);
      if (mending === undefined) return undefined;
      const given = { task, report, sceneCode: report.mendedCode ?? sceneCode };
      const text =
        mending.of === 'failure'
          ? failureMendText({ ...given, failure: mending.failure, instructions: flavor.repair.scene })
          : pictureMendText({ ...given, instructions: flavor.repair.picture });
      const asked = { ...question(task, text), phase: 'repair', model: models.repair, maxOutputTokens: outputTokens.repair } as const;
      return scene(await ask(asked, { signal }), asked);
    },
  };
}

/** Short, since it stands beside every failure that is kept. */
const versionOf = (texts: string[]): string => createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 12);

const noScene = (section: number | undefined): LecternError =>
  new LecternError('llm_bad_answer', {
    message: `The model answered without scene code for section ${section}.`,
    fix: 'Try again, or choose another flavor or model.',
    retryable: true,
  });
