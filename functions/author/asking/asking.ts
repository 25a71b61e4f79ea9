import type { Artefacts, Workspace } from '../../artefacts/port.ts';
import { LecternError } from '../../../shared/errors.ts';
import type { LlmMessage, LlmReply, LlmRequest } from '../../llm/port.ts';
import type { Answered, Ask, AskHooks, Question } from '../ask.ts';
import { keptReplies } from './kept-replies.ts';
import { paidCall, type PaidCallParts } from './paid-call.ts';
import { patiently, type Wait } from './patience.ts';
import { questionKey } from './question-key.ts';
import { type Reading, readAnswer } from './read-answer.ts';

/** How much longer an answer may be that was cut at its limit, as far as the model allows. */
const LARGER = 4;

export interface AskingParts extends PaidCallParts {
  artefacts: Artefacts;
  workspace: Workspace;
  /** Resolves after so many seconds; rejects with the signal's reason. */
  wait: Wait;
}

/** Asks models, and does whatever it takes to have an answer. One for each job, since `costs` and `workspace` are a job's. */
export function asking(parts: AskingParts): Ask {
  const kept = keptReplies(parts);

  return async <Answer = string>(question: Question<Answer>, hooks: AskHooks): Promise<Answered<Answer>> => {
    hooks.signal.throwIfAborted();
    const key = await questionKey(question);
    const found = await kept.find(key);
    const reading = found === undefined ? undefined : readAnswer(found, question.schema);
    if (found !== undefined && reading && 'value' in reading) {
      await settleFound(parts, question, key);
      hooks.onText?.(found);
      return { value: reading.value, cached: true };
    }
    const { text, value } = await conversation(parts, { question, key }, hooks).answer();
    await kept.keep(key, text);
    return { value, cached: false };
  };
}

async function settleFound<Answer>({ costs, models }: AskingParts, { model, phase, section }: Question<Answer>, key: string): Promise<void> {
  const call = { phase, section, provider: models.provider(model), model, key: `found-${key}`, mostMicroDollars: 0 };
  await costs.settle(call, { units: {}, microDollars: 0, cached: true });
}

interface Asked<Answer> {
  question: Question<Answer>;
  key: string;
}

/** One question, its second tries included: at most one with more room, and one to correct the form. */
function conversation<Answer>(parts: AskingParts, { question, key }: Asked<Answer>, { signal, onText }: AskHooks) {
  const { phase, section, schema, model, system, messages, maxOutputTokens } = question;
  const request: LlmRequest = { model, system, messages, maxOutputTokens, ...(schema && { schema }) };
  // A listener that fails ends the call, and its error is the error.
  const deaf = new AbortController();
  const either = AbortSignal.any([signal, deaf.signal]);
  let heard = false;

  const listen = (piece: string): void => {
    heard = true;
    try {
      onText?.(piece);
    } catch (error) {
      deaf.abort(error);
    }
  };
  const call = async (changed: LlmRequest): Promise<LlmReply> => {
    // What is said after the first reply was heard is no continuation of it: only the value tells.
    const hear = onText && !heard ? listen : () => {};
    const once = (): Promise<LlmReply> => {
      const plan = { request: changed, call: { phase, section, key: `${phase}-${section ?? 0}-${key}-${crypto.randomUUID()}` } };
      return paidCall(parts, plan, { signal: either, onText: hear });
    };
    const isAlreadyHeard = heard;
    const reply = await patiently(once, { wait: parts.wait, signal: either, isHeard: () => heard && !isAlreadyHeard });
    if (reply.ending === 'refused') throw refused(question.model);
    return reply;
  };

  const wholeReply = async (): Promise<LlmReply> => {
    const first = await call(request);
    if (first.ending !== 'truncated') return first;
    const maxOutputTokens = Math.min(parts.models.outputLimitTokens(question.model), request.maxOutputTokens * LARGER);
    // Whoever listens goes on from what was heard, which costs less than saying it again.
    if (heard || maxOutputTokens <= request.maxOutputTokens) throw truncated(question.model);
    const second = await call({ ...request, maxOutputTokens });
    if (second.ending === 'truncated') throw truncated(question.model);
    return second;
  };

  return {
    async answer(): Promise<{ text: string; value: Answer }> {
      const { text } = await wholeReply();
      const reading = readAnswer(text, schema);
      if ('value' in reading) return { text, value: reading.value };
      const corrected = await call({ ...request, messages: [...request.messages, ...correction(text, reading.faults)] });
      if (corrected.ending === 'truncated') throw truncated(question.model);
      const again: Reading<Answer> = readAnswer(corrected.text, schema);
      if ('value' in again) return { text: corrected.text, value: again.value };
      throw badAnswer(question.model);
    },
  };
}

/** The same conversation goes on: what was said, and what is wrong with it. */
function correction(text: string, faults: string[]): LlmMessage[] {
  const list = faults.map((fault) => `- ${fault}`).join('\n');
  return [
    // Providers take no empty message.
    { role: 'assistant', content: [{ type: 'text', text: text.trim() === '' ? '(nothing)' : text }] },
    {
      role: 'user',
      content: [{ type: 'text', text: `Your reply breaks the form that was asked for.\n<faults>\n${list}\n</faults>\nReply once more, whole, in that form, and with nothing besides.` }],
    },
  ];
}

const refused = (model: string): LecternError =>
  new LecternError('llm_refused', { message: `${model} would not answer.`, fix: 'Put the topic in other words, or choose another model.' });

const truncated = (model: string): LecternError =>
  new LecternError('llm_truncated', {
    message: `The answer of ${model} is longer than it may be.`,
    fix: 'Ask for a shorter film, or choose a model that can answer at more length.',
  });

const badAnswer = (model: string): LecternError =>
  new LecternError('llm_bad_answer', {
    message: `${model} answered twice in a form that cannot be read.`,
    fix: 'Start again, or choose a more capable model: what is done is kept.',
    retryable: true,
  });
