import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { type Line, type LineParts, openLine } from '../line.ts';
import type { Llm, LlmError, LlmTrouble } from '../port.ts';
import { llmError, retryAfterSeconds, troubleOfStatus } from '../troubles.ts';
import { messageParameters } from './parameters.ts';
import { type GrowingReply, growingReply } from './reply.ts';

const LABEL = { title: 'Claude', keySetting: 'ANTHROPIC_API_KEY', addressSetting: 'ANTHROPIC_BASE_URL' };
const USUAL_ADDRESS = 'https://api.anthropic.com';
/** What an error event means when it comes after the answer has begun; any other is a break. */
const eventTroubles: Record<string, LlmTrouble> = { overloaded_error: 'overloaded', rate_limit_error: 'rate_limited', timeout_error: 'timeout' };

export interface AnthropicParts extends LineParts {
  key: string;
  baseUrl: string | undefined;
}

/** Claude by the Messages API. Always streamed: what was counted is known also when the answer breaks off. */
export function anthropicLlm({ key, baseUrl, ...lineParts }: AnthropicParts): Llm {
  return {
    async ask(request, hooks) {
      hooks.signal.throwIfAborted();
      const line = openLine(lineParts);
      const client = new Anthropic({
        apiKey: key,
        baseURL: baseUrl ?? USUAL_ADDRESS,
        fetch: line.fetch,
        maxRetries: 0,
        logLevel: 'off',
        // Its spans can be told to carry prompts by the environment; ours are made elsewhere.
        openTelemetry: false,
      });
      const reply = growingReply(hooks);
      try {
        const stream = await client.messages.create(messageParameters(request), { signal: hooks.signal });
        for await (const event of stream) reply.take(event);
      } catch (error) {
        hooks.signal.throwIfAborted();
        throw brokenBy(error, line, reply);
      }
      hooks.signal.throwIfAborted();
      const whole = reply.whole();
      if (whole) return whole;
      throw llmError(LABEL, { trouble: line.wasSilent ? 'timeout' : 'cut', seen: 'the stream ended early', usage: reply.usage });
    },
  };
}

function brokenBy(error: unknown, line: Line, { usage }: GrowingReply): LlmError {
  if (line.wasSilent) return llmError(LABEL, { trouble: 'timeout', seen: 'nothing came for too long', usage });
  if (error instanceof APIError && typeof error.status === 'number') {
    const seen = `status ${error.status}${error.type ? `, ${error.type}` : ''}${error.requestID ? `, request ${error.requestID}` : ''}`;
    return llmError(LABEL, { trouble: troubleOfStatus(error.status), seen, usage, retryAfterSeconds: retryAfterSeconds(error.headers as Headers) });
  }
  if (!line.hasAnswered) return llmError(LABEL, { trouble: 'unreachable', seen: 'no connection' });
  const told = error instanceof APIError ? error.type : null;
  if (told) return llmError(LABEL, { trouble: eventTroubles[told] ?? 'cut', seen: `${told} in the middle of the answer`, usage });
  return llmError(LABEL, { trouble: 'cut', seen: 'the connection broke', usage });
}
