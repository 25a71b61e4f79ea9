/** What the service writes down for whoever runs it, as fields and a sentence. */
export interface Log {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
  /** The same log, with these fields on every line. */
  with(fields: Record<string, unknown>): Log;
}
