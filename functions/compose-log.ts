import { readWatchConfig } from './config.ts';
import { pinoLog } from './telemetry/pino.ts';
import type { Log, Watch } from './telemetry/port.ts';
import { scrubber } from './telemetry/scrub.ts';
import { watchedLog } from './telemetry/watched-log.ts';

/** The log of a command, from this level on. What it calls an error is told to those who watch, too. */
export function openLog(level: string, watch?: Watch): Log {
  const log = pinoLog(level, scrubber(readWatchConfig().secrets));
  return watch === undefined ? log : watchedLog(log, watch);
}
