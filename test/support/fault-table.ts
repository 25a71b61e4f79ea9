import type { FaultCase } from './fault-cases.ts';
import type { FilmEnd } from './fault-studio.ts';

/** USD per million tokens, as the provider lists them: input and output. */
const listPrices: Record<string, [input: number, output: number]> = { 'claude-sonnet-5-5': [2, 10], 'claude-haiku-5-5': [0.1, 0.5] };

/** What the provider counts of whole answers, priced by its list. */
export const countedMicroDollars = ({ served }: FilmEnd): number =>
  served
    .filter(({ status, fault }) => status === 200 && (fault === undefined || ['refusal', 'truncation', 'reply'].includes(fault)))
    .reduce((total, { model, inputTokens, outputTokens }) => total + listedMicroDollars(model, { inputTokens, outputTokens }), 0);

/** The bills by what is known of them. */
export function billsOf({ costs }: FilmEnd) {
  const paid = costs.bills.filter(({ bill }) => !bill.cached);
  const of = (provider: (name: string) => boolean) => paid.filter(({ call }) => provider(call.provider));
  const models = of((name) => name === 'anthropic');
  const isEstimated = ({ bill }: (typeof paid)[number]): boolean => bill.units['estimated'] !== undefined;
  return {
    models,
    exact: models.filter((each) => !isEstimated(each)),
    whole: models.filter(({ bill }) => bill.units['failed'] === undefined),
    estimated: models.filter(isEstimated),
    failed: models.filter(({ bill }) => bill.units['failed'] !== undefined),
    speech: of((name) => name === 'elevenlabs'),
  };
}

/** What tokens come to by the list, in whole micro-dollars. */
export function listedMicroDollars(model: string, { inputTokens, outputTokens }: { inputTokens: number; outputTokens: number }): number {
  const [input, output] = listPrices[model] ?? [NaN, NaN];
  return Math.ceil(Math.round((inputTokens * input + outputTokens * output) * 10_000) / 10_000);
}

const sum = (bills: ReturnType<typeof billsOf>['models'], count: (bill: (typeof bills)[number]['bill']) => number): number => bills.reduce((total, { bill }) => total + count(bill), 0);

const COLUMNS = ['phase', 'fault', 'how often', 'end', 'code', 'cards', 'waits', 'asked', 'failed', 'tokens in', 'tokens out', 'micro-dollars', 'estimated', 'characters', 'of speech'];

function cellsOf({ phase, fault, often }: FaultCase, end: FilmEnd): string[] {
  const { models, exact, estimated, failed, speech } = billsOf(end);
  const cards = end.events.filter(({ type }) => type === 'section.failed').length;
  const warnings = [...new Set(end.events.flatMap((event) => (event.type === 'warning' ? [event.code] : [])))];
  const told = [end.code, ...warnings.map((code) => `(${code})`)].filter((code) => code !== undefined).join(' ');
  return [
    phase,
    fault,
    often,
    end.outcome,
    told,
    String(cards),
    String(end.waits.length),
    String(models.length),
    String(failed.length),
    String(sum(exact, ({ units }) => units['input_tokens'] ?? 0)),
    String(sum(exact, ({ units }) => units['output_tokens'] ?? 0)),
    String(sum(exact, ({ microDollars }) => microDollars)),
    String(estimated.length),
    String(sum(speech, ({ units }) => units['characters'] ?? 0)),
    String(sum(speech, ({ microDollars }) => microDollars)),
  ];
}

const EXPLANATION = `What becomes of a film when a provider fails, and what is metered of it. The film has three sections; section 2 of its plan and the scene
of section 3 are mended once. Every text counts as 100 tokens. In brackets: warnings. "asked" are calls of the model that were metered,
"failed" those of them that brought nothing; "estimated" are those that broke before the provider had counted, whose tokens are not in the sums.

`;

/** The table as a reviewer reads it. */
export function faultTable(rows: { row: FaultCase; end: FilmEnd }[]): string {
  const lines = [COLUMNS, ...rows.map(({ row, end }) => cellsOf(row, end))];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return EXPLANATION + lines.map((line) => `${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`).join('');
}
