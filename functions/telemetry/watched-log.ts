import type { Log, Watch, WatchedStep } from './port.ts';

/** The log, whose errors are also told to those who watch. */
export function watchedLog(log: Log, watch: Watch, facts: WatchedStep['facts'] = {}): Log {
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error(fields, message) {
      log.error(fields, message);
      const { error = new Error(message), ...rest } = fields;
      watch.unexpected(error, { ...facts, ...factsOf(rest) });
    },
    with: (fields) => watchedLog(log.with(fields), watch, { ...facts, ...factsOf(fields) }),
  };
}

const factsOf = (fields: Record<string, unknown>): WatchedStep['facts'] =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string | number | boolean] => ['string', 'number', 'boolean'].includes(typeof entry[1])));
