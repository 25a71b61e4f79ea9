import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { processTree, readProcesses } from '../../functions/compute/local/process-tree.ts';

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

/** Processes beneath this one that draw a scene in a sandbox: they stand in the folder of its assets; those that wait for one do not. */
export function drawingUnder(processId: number): number[] {
  return processTree(processId, readProcesses()).filter((each) => {
    try {
      return /\/lectern-[^/]+\/assets$/.test(readlinkSync(`/proc/${each}/cwd`));
    } catch {
      return false;
    }
  });
}

export const isThere = (processId: number): boolean => readProcesses().has(processId);
