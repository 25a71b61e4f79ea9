import { openLog } from '../compose-log.ts';
import { sweepAll, sweepModal } from '../compose-sweep.ts';
import { readConfig, readStoreConfig } from '../config.ts';
import { exitCodes } from '../exit-codes.ts';
import type { SweepLimits } from '../sweep/usual.ts';
import { exitCodeOf, tellFault } from './faults.ts';
import { sandboxLines } from './screen/sandbox-table.ts';
import { sweepLines } from './screen/sweep-table.ts';

export interface SweepOptions extends SweepLimits {
  dryRun?: boolean;
  /** Of Modal, in the place of everything else. */
  sandboxes?: boolean;
  json?: boolean;
  debug?: boolean;
}

/** `lectern sweep`: removes what nothing needs any more, or says what that would be. */
export async function sweepCommand(options: SweepOptions): Promise<number> {
  const { dryRun = false, sandboxes = false, json, debug, ...limits } = options;
  try {
    const log = openLog(debug ? 'info' : 'silent');
    if (sandboxes) {
      const found = await sweepModal(readConfig(), readStoreConfig(), { dryRun, log });
      const told = json ? [JSON.stringify({ dry_run: dryRun, sandboxes: found })] : sandboxLines(found, dryRun);
      process.stdout.write(`${told.join('\n')}\n`);
      return exitCodes.whole;
    }
    const report = await sweepAll(readConfig(), readStoreConfig(), { ...limits, dryRun, log, now: new Date() });
    const lines = json ? [JSON.stringify({ dry_run: dryRun, ...report })] : sweepLines(report, dryRun);
    process.stdout.write(`${lines.join('\n')}\n`);
    return exitCodes.whole;
  } catch (error) {
    tellFault(error, 'sweep', { ...(debug && { debug }) });
    return exitCodeOf(error);
  }
}
