import { openLog } from '../compose-log.ts';
import { sweepAll } from '../compose-sweep.ts';
import { readConfig, readStoreConfig } from '../config.ts';
import { exitCodes } from '../exit-codes.ts';
import { exitCodeOf, tellFault } from './faults.ts';
import { sweepLines } from './screen/sweep-table.ts';

export interface SweepOptions {
  dryRun?: boolean;
  days: number;
  gigabytes: number;
  formulaGigabytes: number;
  eventDays: number;
  json?: boolean;
  debug?: boolean;
}

const GIGABYTE = 1e9;

/** `lectern sweep`: removes what nothing needs any more, or says what that would be. */
export async function sweepCommand(options: SweepOptions): Promise<number> {
  const { dryRun = false, days, eventDays, json, debug } = options;
  try {
    const settings = { dryRun, days, eventDays, mostBytes: options.gigabytes * GIGABYTE, formulaBytes: options.formulaGigabytes * GIGABYTE };
    const log = openLog(debug ? 'info' : 'silent');
    const report = await sweepAll(readConfig(), readStoreConfig(), { ...settings, log, now: new Date() });
    const lines = json ? [JSON.stringify({ dry_run: dryRun, ...report })] : sweepLines(report, dryRun);
    process.stdout.write(`${lines.join('\n')}\n`);
    return exitCodes.whole;
  } catch (error) {
    tellFault(error, 'sweep', { ...(debug && { debug }) });
    return exitCodeOf(error);
  }
}
