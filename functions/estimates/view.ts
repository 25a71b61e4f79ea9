import type { Estimate, EstimatedUse } from '../../shared/contract/estimate.ts';
import { dollars } from '../../shared/dollars.ts';

const MODEL_CHARACTERS = 22;
const WIDTH = 80;
const CENT_MICRO_DOLLARS = 10_000;

const whole = (amount: number): string => Math.round(amount).toLocaleString('en-GB');
const calls = (amount: number): string => (Number.isInteger(amount) ? String(amount) : amount.toFixed(1));
const shortened = (text: string, characters: number): string => (text.length > characters ? `${text.slice(0, characters - 1)}…` : text);

/** Less than a cent is nothing that an estimate could know. */
function amount(microDollars: number): string {
  if (microDollars === 0) return '–';
  return microDollars < CENT_MICRO_DOLLARS ? '< $0.01' : dollars(microDollars);
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds % 60);
  return minutes === 0 ? `${rest} s` : `${minutes} min ${rest} s`;
}

interface Row {
  use: string;
  model: string;
  calls: string;
  reads: string;
  writes: string;
  expected: string;
  most: string;
}

const line = (row: Row): string =>
  [
    row.use.padEnd(8),
    row.model.padEnd(MODEL_CHARACTERS),
    row.calls.padStart(5),
    row.reads.padStart(9),
    row.writes.padStart(8),
    row.expected.padStart(10),
    row.most.padStart(10),
  ]
    .join(' ')
    .trimEnd();

function rowOf({ use, model, calls: asked, inputTokens, outputTokens, characters, microDollars }: EstimatedUse): Row {
  const isSpeech = use === 'speech';
  return {
    use,
    model: shortened(model, MODEL_CHARACTERS),
    calls: calls(asked.expected),
    reads: isSpeech ? '' : whole(inputTokens.expected),
    writes: isSpeech ? whole(characters) : whole(outputTokens.expected),
    expected: amount(microDollars.expected),
    most: amount(microDollars.most),
  };
}

/** What a film will take, for people: lines of at most 80 characters. */
export function estimateLines(estimate: Estimate): string[] {
  const { sections, filmSeconds, waitingSeconds, microDollars, inputTokens, outputTokens, characters, uses, basis } = estimate;
  const range = sections.most > sections.expected ? ` (${sections.most} at most)` : '';
  const head: Row = { use: '', model: 'model or voice', calls: 'calls', reads: 'tokens in', writes: 'out', expected: 'expected', most: 'at most' };
  const total: Row = {
    use: 'together',
    model: '',
    calls: '',
    reads: whole(inputTokens.expected),
    writes: whole(outputTokens.expected),
    expected: amount(microDollars.expected),
    most: amount(microDollars.most),
  };
  return [
    `About ${duration(filmSeconds)} of film in ${sections.expected} sections${range}, ${whole(characters)} characters spoken.`,
    `Ready about ${duration(waitingSeconds)} after it is asked for.`,
    '',
    line(head),
    ...uses.map((use) => line(rowOf(use))),
    line(total),
    '',
    ...wrapped(`${basis.note} Speech is counted in characters. At most: every section is mended, and every reply is as long as it may be.`),
  ];
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
