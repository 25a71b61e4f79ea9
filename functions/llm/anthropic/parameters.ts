import type Anthropic from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import type { LlmContent, LlmRequest } from '../port.ts';

function blockOf(content: LlmContent): Anthropic.ContentBlockParam {
  if (content.type === 'text') return { type: 'text', text: content.text };
  return { type: 'image', source: { type: 'base64', media_type: content.mediaType, data: Buffer.from(content.bytes).toString('base64') } };
}

/**
 * A request in the terms of the Messages API. The system prompt is marked to be kept for five minutes: it is what questions
 * share. `parse` of the output format is left out, since it throws before the usage is known.
 */
export function messageParameters(request: LlmRequest): Anthropic.MessageCreateParamsStreaming {
  const { model, system, messages, schema, maxOutputTokens } = request;
  const format = schema && zodOutputFormat(schema);
  return {
    model,
    max_tokens: maxOutputTokens,
    stream: true,
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    messages: messages.map(({ role, content }) => ({ role, content: content.map(blockOf) })),
    ...(format && { output_config: { format: { type: format.type, schema: format.schema } } }),
  };
}
