import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type CallContext, ServerError, Status } from 'nice-grpc';
import { commandOf, valuesOfSecrets, type SecretSource } from './commands.ts';
import { type Execution, FILE_TOOL, type ProcessEnd } from './machine.ts';
import type { Settings } from './settings.ts';
import { notFound, taskOf, type World } from './world.ts';

interface OfTask {
  taskId: string;
}
interface OfExecution extends OfTask {
  execId: string;
}
interface StartRequest extends OfExecution {
  commandArgs: string[];
  workdir?: string;
  timeoutSecs?: number;
  secretSources: SecretSource[];
}
interface InputMessage {
  start?: OfExecution;
  data?: Uint8Array;
  end?: unknown;
}

const STDERR = 1;

/** What runs in sandboxes, and its streams. */
export function routerCalls(world: World, settings: Settings) {
  const executionOf = ({ taskId, execId }: OfExecution): Execution => {
    const found = taskOf(world, taskId).executions.get(execId);
    if (found === undefined) throw notFound(`Exec ${execId}`);
    return found;
  };
  return {
    taskExecStart: async (wanted: StartRequest) => {
      startExecution(world, wanted);
      return {};
    },
    async *taskExecStdioRead({ fileDescriptor, offset, ...wanted }: OfExecution & { fileDescriptor: number; offset: unknown }, { signal }: CallContext) {
      const { stdout, stderr } = executionOf(wanted);
      for await (const data of (fileDescriptor === STDERR ? stderr : stdout).read(Number(offset), signal)) yield { data };
    },
    taskExecStdinWrite: async ({ data, eof, ...wanted }: OfExecution & { data: Uint8Array; eof: boolean }) => {
      const execution = executionOf(wanted);
      execution.write(data);
      if (eof) execution.closeInput();
      return {};
    },
    taskExecStdinWriteStream: async (messages: AsyncIterable<InputMessage>) => {
      let execution: Execution | undefined;
      for await (const { start, data, end } of messages) {
        if (start !== undefined) execution = executionOf(start);
        if (data !== undefined) execution?.write(data);
        if (end !== undefined) execution?.closeInput();
      }
      return {};
    },
    taskExecStdinStatus: async (wanted: OfExecution) => {
      const { written, inputClosed } = executionOf(wanted);
      return { numBytesWritten: written, closed: inputClosed };
    },
    taskExecPoll: async (wanted: OfExecution) => executionOf(wanted).end ?? {},
    taskExecWait: async (wanted: OfExecution, { signal }: CallContext) => unlessAborted(executionOf(wanted).ended, signal),
    ...taskCalls(world, settings),
  };
}

function startExecution(world: World, { taskId, execId, commandArgs, workdir, timeoutSecs, secretSources }: StartRequest): void {
  const sandbox = taskOf(world, taskId);
  if (sandbox.result !== undefined) throw notFound(`Running task ${taskId}`);
  // Sent once more because its answer was lost.
  if (sandbox.executions.has(execId)) return;
  const environment = valuesOfSecrets(world, { sources: secretSources, ids: [] });
  const execution = sandbox.machine.start(commandOf({ argv: commandArgs, folder: workdir, environment }));
  if (commandArgs[0] !== FILE_TOOL) world.started.push({ sandboxId: sandbox.id, argv: commandArgs });
  sandbox.executions.set(execId, execution);
  sandbox.touch();
  void execution.ended.then(() => sandbox.touch());
  if (timeoutSecs === undefined || timeoutSecs === 0) return;
  const timer = setTimeout(() => execution.kill(), timeoutSecs * 1000).unref();
  void execution.ended.then(() => clearTimeout(timer));
}

async function unlessAborted(ended: Promise<ProcessEnd>, signal: AbortSignal): Promise<ProcessEnd> {
  const aborted = once(signal, 'abort').then(() => Promise.reject(new ServerError(Status.CANCELLED, 'The caller has gone')));
  return Promise.race([ended, aborted]);
}

/** Of a whole sandbox. */
function taskCalls(world: World, settings: Settings) {
  return {
    async *sandboxStdioReadV2({ taskId, fileDescriptor, offset }: OfTask & { fileDescriptor: number; offset: unknown }, { signal }: CallContext) {
      const { main } = taskOf(world, taskId);
      if (main === undefined) return;
      let startingOffset = Number(offset);
      for await (const data of (fileDescriptor === STDERR ? main.stderr : main.stdout).read(startingOffset, signal)) {
        yield { data, startingOffset };
        startingOffset += data.length;
      }
    },
    sandboxStdinWriteV2: async ({ taskId, data, eof }: OfTask & { data: Uint8Array; eof: boolean }) => {
      const { main } = taskOf(world, taskId);
      main?.write(data);
      if (eof) main?.closeInput();
      return {};
    },
    sandboxWaitUntilReady: async ({ taskId, timeout }: OfTask & { timeout: number }) => {
      const sandbox = taskOf(world, taskId);
      if (sandbox.ready === undefined) throw new ServerError(Status.FAILED_PRECONDITION, 'The sandbox has no readiness probe');
      const late = pause(timeout * 1000, undefined, { ref: false }).then(() => Promise.reject(new ServerError(Status.DEADLINE_EXCEEDED, 'Not ready in time')));
      await Promise.race([sandbox.ready, late]);
      if (sandbox.result !== undefined) throw notFound(`Running task ${taskId}`);
      return { readyAt: Date.now() / 1000 };
    },
    taskReloadVolumes: async ({ taskId }: OfTask) => {
      taskOf(world, taskId).machine.reload();
      return {};
    },
    /** Not of the wire: `sync` of a volume, or the commit in the background that a real one gets every few seconds. */
    commitVolumes: async (sandboxId: string) => {
      await pause(settings.volumeDelayMilliseconds);
      world.sandboxes.get(sandboxId)?.machine.commit();
    },
  };
}
