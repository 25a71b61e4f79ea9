import { styleText } from 'node:util';
import type { Fault, JobEvent } from '../../../shared/contract/event.ts';
import type { MadeFilm } from '../../pipeline/types.ts';
import { jsonLines } from './json-lines.ts';
import { liveProgress } from './live.ts';
import { quietProgress } from './quiet.ts';
import { faultLines } from '../faults.ts';

/** What the user sees while a film is made, and at its end. Progress goes to stderr, results to stdout. */
export interface Screen {
  listen: (event: JobEvent) => void;
  finish: (made: MadeFilm, told: Told) => void;
}

interface Told {
  /** Where working folders have been kept. */
  workFolder: string | undefined;
  /** Where the film has been published. */
  published: string | undefined;
}

/** The screen that fits: events with `--json`, a live list on a terminal, a few lines elsewhere. */
export function terminal(file: string, { json }: { json?: boolean }): Screen {
  if (json) return { listen: jsonLines((line) => console.log(line)), finish: () => {} };
  const show = process.stderr.isTTY ? liveProgress(process.stderr, () => performance.now() / 1000) : quietProgress((line) => console.error(line));
  const faults: Fault[] = [];
  return {
    listen: (event) => {
      show(event);
      if (event.type === 'section.failed') faults.push(event.fault);
    },
    finish: (made, { workFolder, published }) => {
      for (const fault of faults) for (const line of faultLines(fault, file)) console.error(line);
      console.log(`${made.film}  ${styleText('dim', `${clockTime(made.durationSeconds)}${made.partial ? ', partial' : ''}`)}`);
      if (published) console.log(`Published: ${published}`);
      if (workFolder) console.error(`Working folders are kept in ${workFolder}`);
    },
  };
}

const clockTime = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')} min`;
