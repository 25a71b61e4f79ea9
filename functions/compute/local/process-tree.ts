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
  for (const processId of existsSync('/proc') ? numbersIn('/proc') : []) {
    const state = readState(processId);
    if (state !== undefined) states.set(processId, state);
  }
  return states;
}

function readState(processId: number): ProcessState | undefined {
  const stat = readProcessFile(processId, 'stat');
  if (stat === undefined) return undefined;
  // The program's name stands in brackets and may itself hold brackets and blanks: what is counted follows the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parentId: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
}

/** The entries of a folder of /proc that are numbers; none once it is gone. */
function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return [];
  }
}

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

/**
 * The processes of the tree under `rootId`, without reading those of the whole machine. A process that ends meanwhile may hide another
 * (proc_pid_children(5)), so whoever must not miss any also looks at all of them now and then. Where the system keeps no such lists, all are read.
 */
export function readTree(rootId: number): Map<number, ProcessState> {
  if (readProcessFile(rootId, `task/${rootId}/children`) === undefined) return treeOf(rootId, readProcesses());
  const tree = new Map<number, ProcessState>();
  const found = [rootId];
  for (const processId of found) {
    const state = readState(processId);
    if (state === undefined) continue;
    tree.set(processId, state);
    for (const threadId of numbersIn(`/proc/${processId}/task`)) {
      found.push(...(readProcessFile(processId, `task/${threadId}/children`) ?? '').split(' ').filter((id) => id !== '').map(Number));
    }
  }
  return tree;
}

/** The processes of the tree under `rootId`, of those that were read. */
export function treeOf(rootId: number, processes: ReadonlyMap<number, ProcessState>): Map<number, ProcessState> {
  const states = processTree(rootId, processes).map((processId) => [processId, processes.get(processId)] as const);
  return new Map(states.filter((entry): entry is [number, ProcessState] => entry[1] !== undefined));
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

