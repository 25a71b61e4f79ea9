import { readdirSync, readFileSync } from 'node:fs';

const PAGE_KIB = 4;

/** Parent of every process that can be seen, or `undefined` where there is no /proc. */
export function readParents(): Map<number, number> | undefined {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return undefined;
  }
  const parents = new Map<number, number>();
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readProcessFile(Number(name), 'stat');
    /** The program's name stands in brackets and may itself hold brackets and blanks: count from the last one. */
    const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  return parents;
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
export function processTree(rootId: number, parents: ReadonlyMap<number, number> | undefined = readParents()): number[] {
  if (parents === undefined) return [];
  const children = Map.groupBy(parents.keys(), (processId) => parents.get(processId));
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

