import { existsSync, readdirSync, readFileSync } from 'node:fs';

const PAGE_KIB = 4;
const TICKS_PER_SECOND = 100;

export interface ProcessState {
  parentId: number;
  /** Processor time used by itself so far, its children apart. */
  cpuSeconds: number;
}

/** Every process that can be seen; empty where there is no /proc. */
export function readProcesses(): Map<number, ProcessState> {
  const states = new Map<number, ProcessState>();
  for (const name of listProcesses()) {
    const stat = readProcessFile(Number(name), 'stat');
    if (stat === undefined) continue;
    // The program's name stands in brackets and may itself hold brackets and blanks: what is counted follows the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    states.set(Number(name), { parentId: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND });
  }
  return states;
}

const listProcesses = (): string[] => (existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []);

/** A file of /proc/PID, or `undefined` once the process is gone or not ours to read. */
function readProcessFile(processId: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${processId}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** The process and all its descendants, those of a PID namespace included. */
export function processTree(rootId: number, processes: ReadonlyMap<number, ProcessState>): number[] {
  const children = Map.groupBy(processes.keys(), (processId) => processes.get(processId)?.parentId);
  const tree = [rootId];
  for (const processId of tree) tree.push(...(children.get(processId) ?? []));
  return tree;
}

/** Resident memory in KiB: pages that processes share are counted once for each of them, so this is never too low. */
const residentKiB = (processId: number): number => Number(readProcessFile(processId, 'statm')?.split(' ')[1] ?? 0) * PAGE_KIB;

/** Proportional set size in KiB: a page shared by n processes counts 1/n in each. Falls back to the resident size. */
function proportionalKiB(processId: number): number {
  const kib = /^Pss:\s+(\d+) kB/m.exec(readProcessFile(processId, 'smaps_rollup') ?? '')?.[1];
  return kib === undefined ? residentKiB(processId) : Number(kib);
}

const sum = (numbers: number[]): number => numbers.reduce((total, next) => total + next, 0);

/**
 * Memory of some processes together, in MiB. Cheap while well below `enoughMiB`: forks share most of their pages, and only where
 * the sum that counts those several times reaches it is the exact and slower figure read.
 */
export function memoryMiB(processIds: number[], enoughMiB: number): number {
  const upperBound = sum(processIds.map(residentKiB)) / 1024;
  return upperBound <= enoughMiB ? upperBound : sum(processIds.map(proportionalKiB)) / 1024;
}

