import type { EstimatedUse } from '../../shared/contract/estimate.ts';
import type { Flavor } from '../../shared/contract/flavor.ts';
import type { Averages, UsedTokens } from './averages.ts';
import { usual } from './usual.ts';

export interface Range {
  expected: number;
  most: number;
}

/** As a provider counts them. */
export interface Usage {
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  outputTokens: number;
}

/** What models are called by and cost: the table of models has it. */
export interface ModelPrices {
  provider(model: string): string;
  /** In whole micro-dollars, rounded up. */
  microDollars(model: string, usage: Usage): number;
}

export interface ModelUseQuestion {
  flavor: Flavor;
  sections: Range;
  averages: Averages;
  prices: ModelPrices;
  hasImage: boolean;
}

const tokensOf = (instructions: unknown): number => Math.ceil(JSON.stringify(instructions).length / usual.charactersAToken);

interface UseParts {
  use: EstimatedUse['use'];
  model: string;
  calls: Range;
  /** Of all calls. */
  expected: Usage;
  most: Usage;
  basis: EstimatedUse['basis'];
}

function useOf(prices: ModelPrices, { use, model, calls, expected, most, basis }: UseParts): EstimatedUse {
  const input = ({ inputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number => Math.round(inputTokens + cacheReadTokens + cacheWriteTokens);
  // A price is asked a call: a long prompt may have prices of its own.
  const price = (usage: Usage, count: number): number => (count === 0 ? 0 : Math.ceil(count * prices.microDollars(model, share(usage, count))));
  const microDollars = { expected: price(expected, calls.expected), most: price(most, calls.most) };
  return {
    use,
    provider: prices.provider(model),
    model,
    calls,
    inputTokens: { expected: input(expected), most: Math.max(input(expected), input(most)) },
    outputTokens: { expected: Math.round(expected.outputTokens), most: Math.max(Math.round(expected.outputTokens), most.outputTokens) },
    characters: 0,
    microDollars: { ...microDollars, most: Math.max(microDollars.expected, microDollars.most) },
    basis,
  };
}

const share = (usage: Usage, count: number): Usage => ({
  inputTokens: Math.ceil(usage.inputTokens / count),
  cacheReadTokens: Math.ceil(usage.cacheReadTokens / count),
  cacheWriteTokens: Math.ceil(usage.cacheWriteTokens / count),
  outputTokens: Math.ceil(usage.outputTokens / count),
});

/** As many as those of history came to, for another number of them. */
const scaled = (used: UsedTokens, count: number): Usage => {
  const factor = used.count > 0 ? count / used.count : 0;
  return {
    inputTokens: used.inputTokens * factor,
    cacheReadTokens: used.cacheReadTokens * factor,
    cacheWriteTokens: used.cacheWriteTokens * factor,
    outputTokens: used.outputTokens * factor,
  };
};

const fresh = (inputTokens: number, outputTokens: number): Usage => ({ inputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens });
/** The dearest that input can be: written into the provider's cache, and never read from there. */
const dearest = (tokens: number, outputTokens: number): Usage => ({ inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: tokens, outputTokens });

/** Outline and sections: two questions, and at the most one correction of the outline and one of each section. */
function planUse({ flavor, sections, averages, prices, hasImage }: ModelUseQuestion): EstimatedUse {
  const { models, output_tokens: limits } = flavor.parameters;
  const asked = tokensOf(flavor.plan) + usual.planFormTokens + (hasImage ? usual.imageTokens : 0);
  const reply = usual.outlineReplyTokens + usual.sectionReplyTokens * sections.expected;
  const calls = { expected: 2, most: 3 + sections.most };
  const most = dearest(calls.most * (asked + limits.outline + limits.sections), 2 * limits.outline + limits.sections + sections.most * limits.repair);
  const expected = averages.plan ? scaled(averages.plan, sections.expected) : fresh(2 * asked + usual.outlineReplyTokens, reply);
  return useOf(prices, { use: 'plan', model: models.plan, calls, expected, most, basis: averages.plan ? 'history' : 'defaults' });
}

/** A scene for each section. The first question writes what they share into the provider's cache, the others read it there. */
function sceneUse({ flavor, sections, averages, prices }: ModelUseQuestion): EstimatedUse {
  const { models, output_tokens: limits } = flavor.parameters;
  const shared = tokensOf(flavor.scene) + usual.sceneReferenceTokens;
  const usually: Usage = {
    inputTokens: usual.sceneTaskTokens * sections.expected,
    cacheReadTokens: shared * Math.max(0, sections.expected - usual.sectionsAtOnce),
    cacheWriteTokens: shared * Math.min(sections.expected, usual.sectionsAtOnce),
    outputTokens: usual.sceneReplyTokens * sections.expected,
  };
  const expected = averages.scene ? scaled(averages.scene, sections.expected) : usually;
  const most = dearest((shared + 2 * usual.sceneTaskTokens) * sections.most, limits.scene * sections.most);
  return useOf(prices, { use: 'scenes', model: models.scene, calls: sections, expected, most, basis: averages.scene ? 'history' : 'defaults' });
}

/** One call of the repair model for a section that fails. */
function mendingUse({ flavor, sections, averages, prices }: ModelUseQuestion): EstimatedUse {
  const { models, output_tokens: limits } = flavor.parameters;
  const shared = tokensOf(flavor.repair) + usual.sceneReferenceTokens;
  const calls = { expected: sections.expected * averages.mendedShare, most: sections.most };
  const task = shared + usual.mendTaskTokens;
  const expected = averages.mending ? scaled(averages.mending, calls.expected) : fresh(task * calls.expected, usual.sceneReplyTokens * calls.expected);
  const most = dearest((task + limits.scene) * calls.most, limits.repair * calls.most);
  return useOf(prices, { use: 'mending', model: models.repair, calls, expected, most, basis: averages.mending ? 'history' : 'defaults' });
}

/** What a film of a topic asks of models. */
export const modelUses = (question: ModelUseQuestion): EstimatedUse[] => [planUse(question), sceneUse(question), mendingUse(question)];
