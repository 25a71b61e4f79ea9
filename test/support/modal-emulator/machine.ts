import { ByteLog } from './byte-log.ts';

/** How a process ended, in the words of the wire: one of them is there. */
export interface ProcessEnd {
  code?: number;
  signal?: number;
}

/** One process of a sandbox, as the calls about it see it. */
export class Execution {
  readonly stdout = new ByteLog();
  readonly stderr = new ByteLog();
  /** Bytes of input taken so far. */
  written = 0;
  inputClosed = false;
  end: ProcessEnd | undefined;
  readonly ended: Promise<ProcessEnd>;
  readonly #settle: (end: ProcessEnd) => void;
  readonly #process: ProcessControl;

  constructor(process: (execution: Execution) => ProcessControl) {
    const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
    this.ended = promise;
    this.#settle = resolve;
    this.#process = process(this);
  }

  write(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.inputClosed) return;
    this.written += bytes.length;
    this.#process.write(bytes);
  }

  closeInput(): void {
    if (this.inputClosed) return;
    this.inputClosed = true;
    this.#process.closeInput();
  }

  kill(): void {
    if (this.end === undefined) this.#process.kill();
  }

  finish(end: ProcessEnd): void {
    if (this.end !== undefined) return;
    this.end = end;
    this.stdout.end();
    this.stderr.end();
    this.#settle(end);
  }
}

export interface ProcessControl {
  write: (bytes: Uint8Array) => void;
  closeInput: () => void;
  kill: () => void;
}

export interface Command {
  argv: string[];
  /** Working folder inside. */
  folder: string | undefined;
  environment: Record<string, string>;
}

/** Where the processes of one sandbox run, and where its files are. */
export interface Machine {
  start(command: Command): Execution;
  /** Brings what has been written into mounted volumes out, for others to see. */
  commit(): void;
  /** Brings what others have committed into mounted volumes in. */
  reload(): void;
  /** Once nothing runs in it any more. */
  remove(): void;
}

/** A volume as one sandbox sees it. */
export interface Mount {
  path: string;
  readOnly: boolean;
  /** Folder of the host with what has been committed; nothing of it is shown to the sandbox itself. */
  committed: string;
}

/** What is asked for with SandboxCreateV2, as far as a machine is concerned. */
export interface MachineWishes {
  sandboxId: string;
  folder: string | undefined;
  networkBlocked: boolean;
  environment: Record<string, string>;
  mounts: Mount[];
}

export type MachineMaker = (wishes: MachineWishes) => Machine;

export const FILE_TOOL = '/__modal/.bin/modal-sandbox-fs-tools';
export const HOME = '/root';
