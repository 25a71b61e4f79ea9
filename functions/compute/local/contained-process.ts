import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import { createOutputCap } from './output-cap.ts';
import { groupKiller, killIfThere, sandboxKiller } from './killing.ts';
import type { ResourceLimits } from './limits.ts';
import type { UsageWatch } from './usage-watch.ts';
import type { MemoryCgroup } from './cgroup.ts';
import { TOLD_BY_BUBBLEWRAP, type Guard } from './sandbox.ts';

/** Why a run was stopped. The first cause stands; what dies as its consequence does not replace it. */
export interface StopCause {
  kind: 'limit' | 'sandbox' | 'protocol' | 'aborted';
  errorClass: string;
  message: string;
}

export interface Ending {
  /** As a shell would say it: 128 + n after signal n. */
  exitCode: number;
  cause: StopCause | undefined;
  stdout: Buffer;
  /** The end of what was printed on standard error. */
  stderr: string;
}

/** A run whose limits are known later: until `begin` nobody watches it, and it keeps no program from ending unless it is held. */
export interface StartedAhead extends ContainedProcess {
  begin(use: Use): void;
  hold(): void;
}

/** What a run may use, and what cancels it. */
export interface Use {
  limits: ResourceLimits;
  signal: AbortSignal;
}

export interface ContainedProcess {
  input: Writable;
  messages: Readable;
  /** Kills the whole run. */
  stop(cause: StopCause): void;
  /** Sets, or sets anew, when the run is stopped for its time. */
  allowSeconds(seconds: number, cause: StopCause): void;
  ended: Promise<Ending>;
}

/** A command line ready to be run: by itself or in its sandbox. */
export interface Launch {
  argv: string[];
  folder: string;
  environment: Record<string, string>;
  /** File that holds the seccomp filter; none where there is no sandbox. */
  filterPath: string | undefined;
  limits: ResourceLimits;
  without: readonly Guard[];
  cgroup: MemoryCgroup | undefined;
  /** Where there is no PID namespace to take the children along, they are killed as a process group. */
  killsGroup: boolean;
}

const MIB = 1024 * 1024;
/** How long pipes may stay open after the exit: long enough to be read to their end, short once nobody reads on. */
const READING_GRACE_MILLISECONDS = 15_000;
const STOPPED_GRACE_MILLISECONDS = 500;
/** No process has this number: for one that could not be started. */
const NO_PROCESS = -1;
const SIGNAL_EXIT = 128;
const SIGXCPU = 24;
const SIGKILL = 9;

/**
 * Runs one command line with its limits: time, total memory, and what it prints. Standard output and standard error are read all
 * the while, so that the run never blocks on them; passing a limit kills it.
 */
export function runContained(launch: Launch, { usageWatch, signal }: { usageWatch: UsageWatch; signal: AbortSignal }): ContainedProcess {
  const contained = startContained(launch, usageWatch);
  contained.begin({ limits: launch.limits, signal });
  return contained;
}

export function startContained(launch: Launch, usageWatch: UsageWatch): StartedAhead {
  const child = start(launch);
  const state: { cause: StopCause | undefined; limits: ResourceLimits } = { cause: undefined, limits: launch.limits };
  const deadline = createDeadline();
  const afterwards: (() => void)[] = [deadline.clear];
  const kill = launch.killsGroup ? groupKiller(child) : sandboxKiller(child, (child.stdio as readonly unknown[])[TOLD_BY_BUBBLEWRAP] as Readable);
  const stop = (cause: StopCause): void => {
    state.cause ??= cause;
    kill();
  };
  const printed = createOutputCap(launch.without.includes('output') ? Infinity : launch.limits.printedMiB * MIB, () => stop(tooMuchPrinted(launch.limits)));
  printed.collect(child.stdout, 'stdout');
  printed.collect(child.stderr, 'stderr');
  setHold(child, false);

  const begin = ({ limits, signal }: Use): void => {
    state.limits = limits;
    setHold(child, true);
    launch.cgroup?.limit(limits.memoryMiB);
    const onAbort = (): void => stop({ kind: 'aborted', errorClass: 'Aborted', message: 'The run was cancelled.' });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    const stopWatching = usageWatch.watch({
      rootId: child.pid ?? NO_PROCESS,
      memoryMiB: launch.without.includes('memory') ? Infinity : limits.memoryMiB,
      cpuSeconds: limits.cpuSeconds,
      onMemory: (usedMiB) => stop(tooMuchMemory(limits, usedMiB)),
      onCpu: () => stop(tooMuchCpu(limits)),
    });
    afterwards.push(stopWatching, () => signal.removeEventListener('abort', onAbort));
  };

  const ended = waitForEnd(child, { launch, wasStopped: () => state.cause !== undefined }).then(({ exitCode, startError }): Ending => {
    for (const undo of afterwards) undo();
    state.cause ??= startError ?? causeOfExit(exitCode, { ...launch, limits: state.limits });
    launch.cgroup?.remove();
    return { exitCode, cause: state.cause, ...printed.kept() };
  });
  const allowSeconds = (seconds: number, cause: StopCause): void => {
    if (!launch.without.includes('deadline')) deadline.set(seconds, () => stop(cause));
  };
  return { input: inputOf(child), messages: child.stdio[4] as Readable, stop, allowSeconds, ended, begin, hold: () => setHold(child, true) };
}

/** Whether this process has to stay for as long as the child does. */
function setHold(child: ChildProcess, holds: boolean): void {
  for (const part of [child, ...child.stdio.map((pipe) => pipe as Partial<Pick<ChildProcess, 'ref' | 'unref'>> | null)]) {
    if (holds) part?.ref?.();
    else part?.unref?.();
  }
}

function start(launch: Launch): ChildProcess & { stdout: Readable; stderr: Readable } {
  const filter = launch.filterPath === undefined ? undefined : openSync(launch.filterPath, 'r');
  const [program = '', ...args] = [...(launch.cgroup?.prefix ?? []), ...launch.argv];
  try {
    return spawn(program, args, {
      cwd: launch.folder,
      env: launch.environment,
      detached: launch.killsGroup,
      stdio: ['pipe', 'pipe', 'pipe', filter ?? 'ignore', 'pipe', launch.killsGroup ? 'ignore' : 'pipe'],
    }) as ChildProcess & { stdout: Readable; stderr: Readable };
  } finally {
    if (filter !== undefined) closeSync(filter);
  }
}

/** What is written to a process that has gone is lost without a word: its end is told by `ended`. */
function inputOf(child: ChildProcess): Writable {
  const input = child.stdin ?? new PassThrough();
  input.on('error', () => undefined);
  return input;
}

function createDeadline(): { set: (seconds: number, onTime: () => void) => void; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => clearTimeout(timer);
  return {
    clear,
    set(seconds, onTime) {
      clear();
      timer = setTimeout(onTime, seconds * 1000);
    },
  };
}

/** Waits for the exit, then for the pipes: a process left behind outside a PID namespace may hold those open for ever. */
async function waitForEnd(child: ChildProcess, { launch, wasStopped }: { launch: Launch; wasStopped: () => boolean }): Promise<{ exitCode: number; startError: StopCause | undefined }> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exited = await new Promise<{ exitCode: number; startError: StopCause | undefined }>((resolve) => {
    child.once('error', (error) => resolve({ exitCode: SIGNAL_EXIT - 1, startError: { kind: 'sandbox', errorClass: 'CouldNotStart', message: error.message } }));
    child.once('exit', (code, signalName) => resolve({ exitCode: code ?? SIGNAL_EXIT + (signalName === 'SIGKILL' ? SIGKILL : 0), startError: undefined }));
  });
  if (launch.killsGroup && child.pid !== undefined) killIfThere(-child.pid);
  await Promise.race([closed, after(wasStopped() ? STOPPED_GRACE_MILLISECONDS : READING_GRACE_MILLISECONDS, undefined, { ref: false })]);
  for (const pipe of child.stdio) pipe?.destroy();
  return exited;
}

function causeOfExit(exitCode: number, { limits, cgroup }: Launch): StopCause | undefined {
  if (cgroup?.exceeded() === true) return tooMuchMemory(limits, limits.memoryMiB);
  if (exitCode === SIGNAL_EXIT + SIGXCPU) return tooMuchCpu(limits);
  if (exitCode === SIGNAL_EXIT + SIGKILL) return { kind: 'sandbox', errorClass: 'Killed', message: 'The system killed the run, most likely because memory was short.' };
  return undefined;
}

const tooMuchCpu = (limits: ResourceLimits): StopCause => ({
  kind: 'limit', errorClass: 'Cpu', message: `One process used more than ${limits.cpuSeconds} s of processor time.`,
});

const tooMuchPrinted = (limits: ResourceLimits): StopCause => ({
  kind: 'limit', errorClass: 'Output', message: `More than ${limits.printedMiB} MiB were printed.`,
});

const tooMuchMemory = (limits: ResourceLimits, usedMiB: number): StopCause => ({
  kind: 'limit', errorClass: 'Memory', message: `${Math.round(usedMiB)} MiB of memory were in use, and ${limits.memoryMiB} MiB are allowed.`,
});
