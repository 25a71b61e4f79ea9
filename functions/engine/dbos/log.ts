/** Where the engine's doings are written down. */
export interface EngineLog {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** DBOS's own words, a level lower: what it does all the time is of no interest to whoever runs the service. */
export function quietly(log: EngineLog) {
  const text = (entry: unknown): string => (entry instanceof Error ? entry.message : String(entry));
  return {
    debug: () => {},
    info: (entry: unknown) => log.debug({ engine: text(entry) }, 'The engine tells.'),
    warn: (entry: unknown) => log.debug({ engine: text(entry) }, 'The engine warns.'),
    error: (entry: unknown) => log.warn({ engine: text(entry) }, 'The engine is in trouble.'),
  };
}
