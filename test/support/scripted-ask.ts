import type { Ask, AskHooks, Question } from '../../functions/author/ask.ts';

/** What a scripted model does with one question. */
export interface ScriptedReply {
  text: string;
  /** How the text is cut into pieces; one piece where absent, as where a reply is found. */
  pieces?: readonly string[];
  /** The reply breaks with this after its pieces. */
  error?: Error;
  /** Pieces after the first `until` wait for the promise. */
  hold?: { until: number; released: Promise<void> };
}

export interface ScriptedAsk {
  ask: Ask;
  asked: Question<unknown>[];
  /** The signal of each question, in their order. */
  signals: AbortSignal[];
}

/** Text of a question's last message. */
export const lastText = ({ messages }: Pick<Question<unknown>, 'messages'>): string =>
  (messages.at(-1)?.content ?? []).map((content) => (content.type === 'text' ? content.text : '')).join('');

async function answered(reply: ScriptedReply, question: Question<unknown>, { signal, onText }: AskHooks): Promise<unknown> {
  for (const [index, piece] of (reply.pieces ?? [reply.text]).entries()) {
    if (reply.hold?.until === index) await Promise.race([reply.hold.released, aborted(signal)]);
    else await Promise.resolve();
    signal.throwIfAborted();
    onText?.(piece);
  }
  if (reply.error) throw reply.error;
  return question.schema ? question.schema.parse(JSON.parse(reply.text)) : reply.text;
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

/** A model that answers each question with the next line of a script: pieces first, then the whole, read by the question's schema. */
export function scriptedAsk(script: (ScriptedReply | ((question: Question<unknown>) => ScriptedReply))[]): ScriptedAsk {
  const rest = [...script];
  const asked: Question<unknown>[] = [];
  const signals: AbortSignal[] = [];
  const ask: Ask = async <Answer>(question: Question<Answer>, hooks: AskHooks) => {
    hooks.signal.throwIfAborted();
    asked.push(question);
    signals.push(hooks.signal);
    const line = rest.shift();
    if (line === undefined) throw new Error('nothing more stands in the script');
    const reply = typeof line === 'function' ? line(question) : line;
    return { value: (await answered(reply, question, hooks)) as Answer, cached: reply.pieces === undefined };
  };
  return { ask, asked, signals };
}
