import { imageSize } from 'image-size';
import { z } from 'zod';
import { LecternError } from '../../shared/errors.ts';
import { localModel, LOCAL_PREFIX, type ModelEntry, modelTable } from './models.ts';
import type { LlmContent, LlmRequest, LlmUsage, Models } from './port.ts';

/** What providers put around the parts of a conversation: roles, marks, the wording that goes with a schema. */
const FRAMING_TOKENS = 1_000;
const FRAMING_TOKENS_A_PART = 50;
/** Claude counts width times height over 750, and scales down before it would be more; Gemini and GPT stay below, too. */
const PIXELS_A_TOKEN = 750;
const LEAST_IMAGE_TOKENS = 1_600;
const MOST_IMAGE_TOKENS = 5_000;
/** English prose and LaTeX lie between three and four. */
const USUAL_CHARACTERS_A_TOKEN = 3.5;
/** Prices have at most four decimals; sums of their products are brought back to whole parts before they are rounded up. */
const PARTS = 10_000;

/** @throws LecternError `unknown_model` */
export function modelEntry(model: string): ModelEntry {
  const entry = model.startsWith(LOCAL_PREFIX) && model.length > LOCAL_PREFIX.length ? localModel : Object.hasOwn(modelTable, model) && modelTable[model];
  if (entry) return entry;
  throw new LecternError('unknown_model', {
    message: `Lectern knows no model named \`${model}\`.`,
    fix: `Choose one of ${Object.keys(modelTable).join(', ')}, put ${LOCAL_PREFIX} before the name of a model of your own, or add the model with its prices to functions/llm/models.ts.`,
  });
}

/** The name by which the provider is asked for the model. */
export function providerName(model: string): string {
  return modelEntry(model) === localModel ? model.slice(LOCAL_PREFIX.length) : model;
}

/** What the tokens cost: prices are USD per million, hence micro-dollars a token; a long prompt may have prices of its own. */
function microDollars(model: string, usage: LlmUsage): number {
  const { prices, longPrompt } = modelEntry(model);
  const promptTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const { input, output, cacheRead, cacheWrite } = longPrompt && promptTokens > longPrompt.tokens ? longPrompt.prices : prices;
  const sum = usage.inputTokens * input + usage.outputTokens * output + usage.cacheReadTokens * cacheRead + usage.cacheWriteTokens * cacheWrite;
  return Math.ceil(Math.round(sum * PARTS) / PARTS);
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

function sizeOf(bytes: Uint8Array): { width: number; height: number } {
  try {
    return imageSize(bytes);
  } catch {
    // The provider will say that it is no image; until then it counts as a large one.
    return { width: Infinity, height: Infinity };
  }
}

function imageTokens(bytes: Uint8Array): number {
  const { width, height } = sizeOf(bytes);
  return Math.min(MOST_IMAGE_TOKENS, Math.max(LEAST_IMAGE_TOKENS, Math.ceil((width * height) / PIXELS_A_TOKEN)));
}

const schemaText = ({ schema }: LlmRequest): string => (schema ? JSON.stringify(z.toJSONSchema(schema)) : '');

const partsOf = ({ messages }: LlmRequest): LlmContent[] => messages.flatMap(({ content }) => content);

const textsOf = (request: LlmRequest): string[] => [
  request.system,
  schemaText(request),
  ...partsOf(request).map((part) => (part.type === 'text' ? part.text : '')),
];

const imagesTokens = (request: LlmRequest): number =>
  partsOf(request).reduce((sum, part) => sum + (part.type === 'image' ? imageTokens(part.bytes) : 0), 0);

function mostUsage(request: LlmRequest): LlmUsage {
  const { contextTokens, outputTokens } = modelEntry(request.model);
  // No tokenizer in use makes more than one token of a byte.
  const textTokens = textsOf(request).reduce((sum, text) => sum + bytesOf(text), 0);
  const inputTokens = textTokens + imagesTokens(request) + FRAMING_TOKENS + partsOf(request).length * FRAMING_TOKENS_A_PART;
  return {
    inputTokens: 0,
    cacheReadTokens: 0,
    // The dearest that input can be.
    cacheWriteTokens: Math.min(contextTokens, inputTokens),
    outputTokens: Math.min(outputTokens, request.maxOutputTokens),
  };
}

const likelyTokens = (text: string): number => Math.ceil(text.length / USUAL_CHARACTERS_A_TOKEN);

function likelyUsage(request: LlmRequest, said: string): LlmUsage {
  const { contextTokens } = modelEntry(request.model);
  const inputTokens = textsOf(request).reduce((sum, text) => sum + likelyTokens(text), 0) + imagesTokens(request);
  return {
    inputTokens: Math.min(contextTokens, inputTokens),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: Math.min(request.maxOutputTokens, likelyTokens(said)),
  };
}

/** The models of the table in models.ts, and every model of one's own. */
export const knownModels: Models = {
  provider: (model) => modelEntry(model).provider,
  outputLimitTokens: (model) => modelEntry(model).outputTokens,
  microDollars,
  mostUsage,
  likelyUsage,
};
