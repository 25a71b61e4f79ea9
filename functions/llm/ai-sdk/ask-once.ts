import type { Line } from '../line.ts';
import type { LlmError, LlmHooks, LlmReply, LlmRequest, LlmUsage } from '../port.ts';
import { llmError, type ProviderLabel } from '../troubles.ts';
import { breakageOfStatus, troubleInStream } from './breakage.ts';
import { streamParameters, type StreamingModel } from './parameters.ts';

export interface Asked {
  model: StreamingModel;
  line: Line;
  label: ProviderLabel;
  /** What a provider that counts as it goes has counted so far. */
  usageInChunk: (chunk: unknown) => LlmUsage | undefined;
}

type StreamPart = Awaited<ReturnType<StreamingModel['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part : never;
type Finish = Extract<StreamPart, { type: 'finish' }>;

const endings: Partial<Record<Finish['finishReason']['unified'], LlmReply['ending']>> = { stop: 'complete', length: 'truncated', 'content-filter': 'refused' };

function usageOf({ inputTokens, outputTokens }: Finish['usage']): LlmUsage {
  const cacheReadTokens = inputTokens.cacheRead ?? 0;
  const cacheWriteTokens = inputTokens.cacheWrite ?? 0;
  return {
    inputTokens: inputTokens.noCache ?? (inputTokens.total ?? 0) - cacheReadTokens - cacheWriteTokens,
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens: outputTokens.total ?? 0,
  };
}

/** One streamed call to a model of the AI SDK, below its own retries, prompts and logs. */
export async function askOnce({ model, line, label, usageInChunk }: Asked, request: LlmRequest, hooks: LlmHooks): Promise<LlmReply> {
  let text = '';
  let usage: LlmUsage | undefined;
  let finish: Finish | undefined;
  let streamed: { error: unknown } | undefined;

  const count = (counted: LlmUsage | undefined): void => {
    if (!counted) return;
    usage = counted;
    hooks.onUsage?.(counted);
  };
  const take = (part: StreamPart): void => {
    if (part.type === 'raw') count(usageInChunk(part.rawValue));
    if (part.type === 'error') streamed ??= { error: part.error };
    if (part.type === 'text-delta') {
      text += part.delta;
      hooks.onText?.(part.delta);
    }
    if (part.type === 'finish') {
      finish = part;
      // What broke off may come with an end that counts nothing.
      if (part.usage.inputTokens.total !== undefined) count(usageOf(part.usage));
    }
  };
  const broken = (error: unknown): LlmError => {
    const status = breakageOfStatus(error);
    if (line.wasSilent) return llmError(label, { trouble: 'timeout', seen: 'nothing came for too long', usage });
    if (status && text === '' && !usage) return llmError(label, status);
    if (!line.hasAnswered) return llmError(label, { trouble: 'unreachable', seen: 'no connection' });
    return llmError(label, { trouble: troubleInStream(error), seen: 'in the middle of the answer', usage });
  };

  try {
    const { stream } = await model.doStream(streamParameters(request, hooks.signal));
    for await (const part of stream) take(part);
  } catch (error) {
    hooks.signal.throwIfAborted();
    throw broken(error);
  }
  hooks.signal.throwIfAborted();
  if (streamed) throw broken(streamed.error);
  const ending = finish && endings[finish.finishReason.unified];
  if (!ending || line.wasSilent) throw broken(undefined);
  return { text, ending, usage: usage ?? { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 } };
}
