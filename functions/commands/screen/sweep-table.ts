import type { Swept } from '../../../shared/contract/sweep.ts';

const names: Record<string, string> = {
  work_folders: 'work folders of processes that are no more',
  artefacts: 'artefacts that no take of a film needs',
  shared_artefacts: 'the same in the bucket that hosts share',
  formulas: 'pictures of formulas',
  fetched: 'artefacts of other hosts, never whole',
  outbox: 'films that were never put into the outbox',
  live: 'what was shown of films while they were made',
  events: 'events of jobs that ended long ago',
  error_logs: 'logs of failures',
  films: 'films, and files of films, that are gone',
};
const NAME_CHARACTERS = 46;
const COUNT_CHARACTERS = 9;

const UNITS: [number, string][] = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
];

function size(bytes: number): string {
  const [unit, word] = UNITS.find(([each]) => bytes >= each) ?? [1, 'B'];
  return `${(bytes / unit).toFixed(unit === 1 ? 0 : 1)} ${word}`;
}

const row = (name: string, { count, bytes }: Swept): string => `${name.padEnd(NAME_CHARACTERS)}${String(count).padStart(COUNT_CHARACTERS)}${size(bytes).padStart(COUNT_CHARACTERS + 2)}`;

/** What went, or would go, in lines of at most 80 characters. */
export function sweepLines(report: Record<string, Swept>, dryRun: boolean): string[] {
  const found = Object.entries(report).filter(([, { count }]) => count > 0);
  if (found.length === 0) return ['There is nothing to sweep.'];
  const total = found.reduce((sum, [, each]) => ({ count: sum.count + each.count, bytes: sum.bytes + each.bytes }), { count: 0, bytes: 0 });
  return [...found.map(([name, swept]) => row(names[name] ?? name, swept)), row(dryRun ? 'would go' : 'gone', total)];
}
