import { destination, type Logger, pino } from 'pino';
import type { Log } from './port.ts';
import type { Scrub } from './scrub.ts';

const STANDARD_ERROR = 2;
const WAITING_BYTES = 1_000_000;
/** Wherever one of these turns up, its value does not. */
const SECRETS = ['authorization', 'apikey', 'secretKey', 'token', 'headers.authorization', '*.authorization', '*.apikey', '*.secretKey', '*.token'];

/** JSON lines on standard error: standard output belongs to what a command answers. */
export function pinoLog(level: string, scrub: Scrub, write?: (line: string) => void): Log {
  const options = {
    level,
    base: { service: 'lectern' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: scrub.error, fault: (fault: { code: string; message: string }) => ({ code: fault.code, message: scrub.message(fault) }) },
    redact: { paths: SECRETS, censor: '[secret]' },
    hooks: { streamWrite: scrub.text },
  };
  return over(pino(options, write === undefined ? standardError() : { write }));
}

/** Where the log's own disk is full, lines wait for room, and those that are too many are left out: a log ends no service. */
function standardError(): ReturnType<typeof destination> {
  const stream = destination({ fd: STANDARD_ERROR, sync: true, maxLength: WAITING_BYTES });
  return stream.on('error', () => undefined);
}

const over = (logger: Logger): Log => ({
  debug: (fields, message) => logger.debug(fields, message),
  info: (fields, message) => logger.info(fields, message),
  warn: (fields, message) => logger.warn(fields, message),
  error: (fields, message) => logger.error(fields, message),
  with: (fields) => over(logger.child(fields)),
});
