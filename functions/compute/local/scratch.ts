import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** No run lasts as long. */
const STALE_MILLISECONDS = 24 * 3600 * 1000;

/** Makes the folder for folders of one run, and removes what a run that was killed has left in it. `now` in milliseconds since 1970. */
export function prepareScratch(folder: string, now: number): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (now - modified > STALE_MILLISECONDS) rmSync(path, { recursive: true, force: true });
  }
}
