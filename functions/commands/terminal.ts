import { styleText } from 'node:util';
import type { JobEvent } from '../../shared/contract/event.ts';
import type { MadeFilm } from '../pipeline/types.ts';
import { jsonLines } from '../progress/json-lines.ts';
import { liveProgress } from '../progress/live.ts';
import { quietProgress } from '../progress/quiet.ts';

/** What the user sees while a film is made, and at its end. Progress goes to stderr, results to stdout. */
export interface Screen {
  listen: (event: JobEvent) => void;
  finish: (made: MadeFilm, workFolder: string | undefined) => void;
}

/** The screen that fits: events with `--json`, a live list on a terminal, a few lines elsewhere. */
export function terminal({ json }: { json?: boolean }): Screen {
  if (json) return { listen: jsonLines((line) => console.log(line)), finish: () => {} };
  const listen = process.stderr.isTTY ? liveProgress(process.stderr, () => performance.now() / 1000) : quietProgress((line) => console.error(line));
  return { listen, finish: tellFilm };
}

function tellFilm(made: MadeFilm, workFolder: string | undefined): void {
  console.log(`${made.film}  ${styleText('dim', `${clockTime(made.durationSeconds)}${made.partial ? ', partial' : ''}`)}`);
  if (made.partial) console.error('Some sections are title cards; report.json beside the film says why. Mend the lesson and run again: only they are drawn.');
  if (workFolder) console.error(`Working folders are kept in ${workFolder}`);
}

const clockTime = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')} min`;
