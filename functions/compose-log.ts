import { pinoLog } from './telemetry/pino.ts';
import type { Log } from './telemetry/port.ts';

/** The log of a command, from this level on. */
export const openLog = (level: string): Log => pinoLog(level);
