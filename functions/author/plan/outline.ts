import type { LlmContent, LlmMessage } from '../../llm/port.ts';
import { type FilmWishes, outlineRepairText, outlineSystem, outlineText } from '../../prompts/plan.ts';
import type { Question } from '../ask.ts';
import { outlineFaults } from './outline-check.ts';
import { mendOutline, withKeywords } from './outline-mend.ts';
import { tidyOutline } from './outline-tidy.ts';
import type { TopicPlannerParts } from './parts.ts';
import { type OutlineReply, outlineReplySchema } from './reply.ts';

/** A user's message, with the image that the topic refers to before its text. */
export const userMessage = (text: string, image?: LlmContent): LlmMessage => ({ role: 'user', content: [...(image ? [image] : []), { type: 'text', text }] });

/** A reply as the conversation goes on from it. */
export const assistantMessage = (reply: unknown): LlmMessage => ({ role: 'assistant', content: [{ type: 'text', text: JSON.stringify(reply) }] });

type Parts = Pick<TopicPlannerParts, 'ask' | 'flavor' | 'topic' | 'image' | 'formulas'>;

const outlineQuestion = ({ flavor, topic, image }: Parts, wishes: FilmWishes): Question<OutlineReply> => ({
  phase: 'plan',
  model: flavor.parameters.models.plan,
  system: outlineSystem(flavor.plan.outline),
  messages: [userMessage(outlineText({ topic, wishes }), image)],
  schema: outlineReplySchema,
  maxOutputTokens: flavor.parameters.output_tokens.outline,
});

/** Symbols that LaTeX itself refuses, told as the other faults are. */
async function latexFaults({ ledger }: OutlineReply, { formulas }: Parts, signal: AbortSignal): Promise<{ symbols: Set<string>; faults: string[] }> {
  const refused = (await formulas?.check([...new Set(ledger.map(({ symbol }) => symbol))].filter((symbol) => symbol !== ''), signal)) ?? [];
  return {
    symbols: new Set(refused.map(({ formula }) => formula)),
    faults: refused.map(({ formula, message }) => `LaTeX cannot set the ledger’s symbol “${formula}”: ${message}`),
  };
}

/**
 * Asks for an outline, has everything that is wrong with it corrected once, and puts right what is left where that can be done.
 * @throws LecternError `plan_unusable`, and what `Ask` throws
 */
export async function planOutline(parts: Parts, wishes: FilmWishes, signal: AbortSignal): Promise<OutlineReply> {
  const { ask, flavor } = parts;
  const question = outlineQuestion(parts, wishes);
  const { value: reply } = await ask(question, { signal });
  const first = tidyOutline(reply);
  const faults = [...outlineFaults(first, wishes), ...(await latexFaults(first, parts, signal)).faults];
  if (faults.length === 0) return withKeywords(first);
  const correction = userMessage(outlineRepairText({ instructions: flavor.repair.outline, faults }));
  const { value: corrected } = await ask({ ...question, messages: [...question.messages, assistantMessage(reply), correction] }, { signal });
  const second = tidyOutline(corrected);
  const { symbols } = await latexFaults(second, parts, signal);
  return mendOutline({ ...second, ledger: second.ledger.filter(({ symbol }) => !symbols.has(symbol)) }, wishes);
}
