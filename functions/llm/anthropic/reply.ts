import type Anthropic from '@anthropic-ai/sdk';
import type { LlmHooks, LlmReply, LlmUsage } from '../port.ts';

type Counted = Pick<Anthropic.Usage, 'input_tokens' | 'output_tokens' | 'cache_read_input_tokens' | 'cache_creation_input_tokens'>;
/** As the end of a stream has it: what has not changed since its beginning may be left out. */
type CountedLater = { [Name in keyof Counted]?: number | null | undefined };

const endings: Record<Anthropic.StopReason, LlmReply['ending']> = {
  end_turn: 'complete',
  stop_sequence: 'complete',
  tool_use: 'complete',
  pause_turn: 'truncated',
  max_tokens: 'truncated',
  model_context_window_exceeded: 'truncated',
  refusal: 'refused',
};

/** A reply while it comes: text and tokens so far. */
export interface GrowingReply {
  take(event: Anthropic.RawMessageStreamEvent): void;
  readonly usage: LlmUsage | undefined;
  /** Undefined as long as the model has not said why it stopped. */
  whole(): LlmReply | undefined;
}

function counted(before: LlmUsage | undefined, now: CountedLater): LlmUsage {
  return {
    inputTokens: now.input_tokens ?? before?.inputTokens ?? 0,
    cacheReadTokens: now.cache_read_input_tokens ?? before?.cacheReadTokens ?? 0,
    cacheWriteTokens: now.cache_creation_input_tokens ?? before?.cacheWriteTokens ?? 0,
    outputTokens: now.output_tokens ?? before?.outputTokens ?? 0,
  };
}

/** Puts the events of a streamed message together. Its counts are running totals, not additions. */
export function growingReply({ onText, onUsage }: LlmHooks): GrowingReply {
  let text = '';
  let usage: LlmUsage | undefined;
  let stopReason: Anthropic.StopReason | null = null;

  const count = (now: CountedLater): void => {
    usage = counted(usage, now);
    onUsage?.(usage);
  };
  return {
    take(event) {
      if (event.type === 'message_start') count(event.message.usage);
      if (event.type === 'message_delta') {
        count(event.usage);
        stopReason = event.delta.stop_reason;
      }
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
        text += event.delta.text;
        onText?.(event.delta.text);
      }
    },
    get usage() {
      return usage;
    },
    whole: () => (stopReason === null || usage === undefined ? undefined : { text, ending: endings[stopReason], usage }),
  };
}
