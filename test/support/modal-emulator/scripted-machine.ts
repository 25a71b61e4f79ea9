import { posix } from 'node:path';
import { Execution, FILE_TOOL, type Command, type Machine, type MachineWishes } from './machine.ts';

/** A sandbox without processes: its files, and a way to print. */
export interface ScriptedSandbox {
  sandboxId: string;
  files: Map<string, Buffer>;
  print: (output: string | Uint8Array) => void;
  /** Aborted when the process is killed. */
  signal: AbortSignal;
}

/** Stands in for a program: answers its exit code. */
export type Script = (argv: string[], sandbox: ScriptedSandbox) => Promise<number>;

const SIGKILL = 9;

/** A sandbox that only seems to run its commands: thousands of them cost no process. Files are kept in memory, and volumes not at all. */
export function scriptedMachine(script: Script, { sandboxId }: MachineWishes): Machine {
  const files = new Map<string, Buffer>();
  return {
    start: (command) => (command.argv[0] === FILE_TOOL ? runFileTool(command, files) : runScript(command, { script, sandboxId, files })),
    commit: () => undefined,
    reload: () => undefined,
    remove: () => files.clear(),
  };
}

interface ScriptSurroundings {
  script: Script;
  sandboxId: string;
  files: Map<string, Buffer>;
}

function runScript({ argv }: Command, { script, sandboxId, files }: ScriptSurroundings): Execution {
  return new Execution((execution) => {
    const stopping = new AbortController();
    const print: ScriptedSandbox['print'] = (output) => execution.stdout.push(Buffer.from(output as string));
    script(argv, { sandboxId, files, print, signal: stopping.signal }).then(
      (code) => execution.finish({ code }),
      (error: unknown) => {
        execution.stderr.push(Buffer.from(String(error)));
        execution.finish(stopping.signal.aborted ? { signal: SIGKILL } : { code: 1 });
      },
    );
    return { write: () => undefined, closeInput: () => undefined, kill: () => stopping.abort() };
  });
}

type FileOperation = { path: string; recursive?: boolean };

function runFileTool({ argv }: Command, files: Map<string, Buffer>): Execution {
  const [[operation, wanted] = ['', { path: '' }]] = Object.entries(JSON.parse(argv[1] ?? '{}') as Record<string, FileOperation>);
  return new Execution((execution) => {
    const input: Buffer[] = [];
    const answer = (work: () => string | Buffer | undefined): void => {
      const told = work();
      if (told !== undefined) execution.stdout.push(Buffer.from(told));
      execution.finish({ code: told === undefined ? 1 : 0 });
    };
    const missing = (): undefined => void execution.stderr.push(Buffer.from(JSON.stringify({ error_kind: 'NotFound', message: 'No such file', detail: '' })));
    const operations: Record<string, () => void> = {
      ReadFile: () => answer(() => files.get(wanted.path) ?? missing()),
      Stat: () => answer(() => (files.has(wanted.path) ? JSON.stringify(entryOf(wanted.path, files)) : missing())),
      ListFiles: () => answer(() => JSON.stringify([...files.keys()].filter((path) => posix.dirname(path) === wanted.path).sort().map((path) => entryOf(path, files)))),
      MakeDirectory: () => answer(() => ''),
      Remove: () => answer(() => (files.delete(wanted.path) ? '' : missing())),
    };
    // After this function has answered: nothing can be finished before it is there.
    if (operation !== 'WriteFile') queueMicrotask(operations[operation] ?? (() => execution.finish({ code: 1 })));
    return {
      write: (bytes) => void input.push(Buffer.from(bytes)),
      closeInput() {
        if (operation !== 'WriteFile') return;
        files.set(wanted.path, Buffer.concat(input));
        execution.finish({ code: 0 });
      },
      kill: () => execution.finish({ signal: SIGKILL }),
    };
  });
}

const entryOf = (path: string, files: Map<string, Buffer>) => ({
  name: posix.basename(path), path, type: 'file', size: files.get(path)?.length ?? 0, mode: 0o644, permissions: '-rw-r--r--', owner: '0', group: '0', modified_time: 0, symlink_target: null,
});
