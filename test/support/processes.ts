import { readdirSync, readFileSync } from 'node:fs';

/** Whether some process on this machine, in a sandbox or outside, was started with these arguments. */
export function isRunning(commandLine: string): boolean {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).some((processId) => {
    try {
      return readFileSync(`/proc/${processId}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(commandLine);
    } catch {
      return false;
    }
  });
}
