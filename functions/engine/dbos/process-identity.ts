import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process id and when it started: ids are used again. */
const identityOf = (pid: number): string => `${pid} ${startOf(pid)}`;

function startOf(pid: number): string {
  const path = `/proc/${pid}/stat`;
  // The name in parentheses may hold blanks; the start stands 20 words after it.
  return existsSync(path) ? (readFileSync(path, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '') : '';
}

/** Whether a process of this host runs: one that has died and that nobody has buried counts as gone. */
export function isRunning(identity: string): boolean {
  const pid = Number(identity.split(' ')[0]);
  if (!Number.isInteger(pid) || identityOf(pid) !== identity) return false;
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !['Z', 'X'].includes(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0] ?? '');
  } catch {
    return false;
  }
}

/**
 * This process and its host. Processes that see one another have the same host: the same start of the same machine, and the same
 * container on it.
 */
export function thisProcess(): { host: string; process: string; hostName: string } {
  const boot = '/proc/sys/kernel/random/boot_id';
  const container = '/proc/self/ns/pid';
  const host = existsSync(boot) ? `${readFileSync(boot, 'utf8').trim()} ${readlinkSync(container)}` : hostname();
  return { host, process: identityOf(process.pid), hostName: hostname() };
}
