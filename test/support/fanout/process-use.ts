import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process of this host has used so far. */
export interface ProcessUse {
  cpuMilliseconds: number;
  /** Of the programs that it has run and that have ended. */
  childCpuMilliseconds: number;
  peakMemoryMib: number;
}

const TICKS_A_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** By proc(5): fields 14 to 17 of stat, and the peak of the resident set. */
export function useOf(pid: number): ProcessUse {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const [user = NaN, system = NaN, childUser = NaN, childSystem = NaN] = fields.slice(11, 15).map((ticks) => (Number(ticks) / TICKS_A_SECOND) * 1000);
  const [, peakKib] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return { cpuMilliseconds: user + system, childCpuMilliseconds: childUser + childSystem, peakMemoryMib: Number(peakKib) / 1024 };
}
