import type { FailureCounts, FailureSummary } from '../../../shared/contract/failure.ts';

const NAME_CHARACTERS = 46;
const COLUMN_CHARACTERS = 8;
/** A table of more lines is read by a program (`--json`). */
const MOST_ROWS = 15;

const shortened = (text: string): string => (text.length > NAME_CHARACTERS ? `${text.slice(0, NAME_CHARACTERS - 1)}…` : text);
const row = (name: string, columns: readonly (string | number)[]): string =>
  [shortened(name).padEnd(NAME_CHARACTERS), ...columns.map((column) => String(column).padStart(COLUMN_CHARACTERS))].join('');

function table(head: string, rows: readonly string[]): string[] {
  const more = rows.length > MOST_ROWS ? [`… and ${rows.length - MOST_ROWS} more`] : [];
  return rows.length === 0 ? [] : ['', head, ...rows.slice(0, MOST_ROWS), ...more];
}

const counts = ({ failures, mendedByFix, mendedByModel, unmended }: FailureCounts): number[] => [failures, mendedByFix, mendedByModel, unmended];
const COUNTED = ['times', 'fixed', 'model', 'left'];

function writer({ model, promptVersion }: { model: string; promptVersion: string }): string {
  if (model === '') return 'a lesson';
  return promptVersion === '' ? model : `${model}, prompts ${promptVersion.slice(0, 12)}`;
}

/** What breaks most, what mends it, and whose code it was: lines of at most 80 characters. */
export function failureLines({ failures, recovered, classes, writers, rules }: FailureSummary, days: number): string[] {
  if (failures === 0) return [`Nothing has failed in the last ${days} days.`];
  return [
    `${failures} failures in the last ${days} days: ${recovered} mended, ${failures - recovered} left.`,
    ...table(row('what breaks', COUNTED), classes.map((each) => row(each.errorClass, counts(each)))),
    ...table(row('who wrote it', COUNTED), writers.map((each) => row(writer(each), counts(each)))),
    ...table(row('what found or fixed it', ['times', 'mended']), rules.map((each) => row(each.rule, [each.failures, each.recovered]))),
    '',
    'fixed: by a known fix, without a model. model: by one call of a model.',
    'left: a title card stands there, or the fault stays in the picture.',
  ];
}
