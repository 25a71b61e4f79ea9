/** What whoever runs Lectern is told of sandboxes: fields and a sentence. */
export interface SandboxLog {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}
