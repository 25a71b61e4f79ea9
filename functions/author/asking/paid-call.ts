import type { Bill, Costs, PlannedCall } from '../../costs/port.ts';
import { type Llm, LlmError, type LlmReply, type LlmRequest, type LlmTrouble, type LlmUsage, type Models } from '../../llm/port.ts';

export interface PaidCallParts {
  llm: Llm;
  models: Models;
  costs: Costs;
}

export interface CallPlan {
  request: LlmRequest;
  call: Pick<PlannedCall, 'phase' | 'section' | 'key'>;
}

export interface Listener {
  signal: AbortSignal;
  onText: (piece: string) => void;
}

/** Troubles in which the provider may have worked, and charges for it, without having told. */
const WORKED: LlmTrouble[] = ['cut', 'timeout'];

const unitsOf = (usage: LlmUsage): Record<string, number> => ({
  input_tokens: usage.inputTokens,
  cache_read_tokens: usage.cacheReadTokens,
  cache_write_tokens: usage.cacheWriteTokens,
  output_tokens: usage.outputTokens,
});

const totalOf = (usage: LlmUsage): number => Object.values(unitsOf(usage)).reduce((sum, tokens) => sum + tokens, 0);

/**
 * One call, paid: the most that it can come to is set aside before, and what it came to is written down after it, whole or not.
 * @throws LlmError, the signal's reason, LecternError `cost_cap` or `unknown_model`
 */
export async function paidCall({ llm, models, costs }: PaidCallParts, { request, call }: CallPlan, { signal, onText }: Listener): Promise<LlmReply> {
  signal.throwIfAborted();
  const { model } = request;
  const mostMicroDollars = models.microDollars(model, models.mostUsage(request));
  const planned = { ...call, provider: models.provider(model), model, mostMicroDollars };
  await costs.reserve(planned);

  let said = '';
  let told: LlmUsage | undefined;
  const hooks = {
    signal,
    onText: (piece: string): void => {
      said += piece;
      onText(piece);
    },
    onUsage: (usage: LlmUsage): void => void (told = usage),
  };
  const billed = (usage: LlmUsage, more: Record<string, number>): Bill => ({
    units: { ...unitsOf(usage), ...more },
    microDollars: models.microDollars(model, usage),
    cached: false,
  });

  let reply: LlmReply;
  try {
    reply = await llm.ask(request, hooks);
  } catch (error) {
    const known = (error instanceof LlmError ? error.usage : undefined) ?? told;
    const hasWorked = said !== '' || signal.aborted || (error instanceof LlmError && WORKED.includes(error.trouble));
    const { usage, estimated } = meteredSoFar(models, { request, said, known, hasWorked });
    await costs.settle(planned, billed(usage, { failed: 1, ...(estimated && { estimated: 1 }) }));
    throw error;
  }
  // Some programs that serve models of one's own never count.
  const isCounted = totalOf(reply.usage) > 0;
  await costs.settle(planned, isCounted ? billed(reply.usage, {}) : billed(models.likelyUsage(request, said), { estimated: 1 }));
  return reply;
}

interface SoFar {
  request: LlmRequest;
  said: string;
  known: LlmUsage | undefined;
  hasWorked: boolean;
}

/** What a call that broke is charged as: what the provider told, and where it did not get to, what is likely. */
function meteredSoFar(models: Models, { request, said, known, hasWorked }: SoFar): { usage: LlmUsage; estimated: boolean } {
  const likely = models.likelyUsage(request, said);
  if (known) {
    // Providers count the answer at its end: until then it is measured by what was heard.
    const estimated = likely.outputTokens > known.outputTokens;
    return { usage: { ...known, outputTokens: Math.max(known.outputTokens, likely.outputTokens) }, estimated };
  }
  if (hasWorked) return { usage: likely, estimated: true };
  return { usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 }, estimated: false };
}
