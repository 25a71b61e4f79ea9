import { openLog } from '../compose-log.ts';
import { openStore } from '../compose-store.ts';
import { readConfig, readStoreConfig } from '../config.ts';
import { exitCodes } from '../exit-codes.ts';
import { exitCodeOf, tellFault } from './faults.ts';
import { failureLines } from './screen/failures-table.ts';

export interface FailuresOptions {
  /** How far to look back. */
  days: number;
  json?: boolean;
  debug?: boolean;
}

/** `lectern failures`: what breaks most in the scenes of this store's films, and what mends it. */
export async function failuresCommand({ days, json, debug }: FailuresOptions): Promise<number> {
  try {
    const opened = await openStore(readConfig(), readStoreConfig(), openLog(debug ? 'info' : 'silent'));
    try {
      const summary = await opened.store.failures.summary(days);
      const lines = json ? [JSON.stringify(summary)] : failureLines(summary, days);
      process.stdout.write(`${lines.join('\n')}\n`);
    } finally {
      await opened.close();
    }
    return exitCodes.whole;
  } catch (error) {
    tellFault(error, 'failures', { ...(debug && { debug }) });
    return exitCodeOf(error);
  }
}
