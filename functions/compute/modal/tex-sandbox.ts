import { PassThrough } from 'node:stream';
import type { Image } from 'modal';
import type { StartTex, TexRequest } from '../local/tex-compiler.ts';
import { type Box, boxOf, type BoxProcess, endSandbox } from './box.ts';
import type { Connection } from './connection.ts';
import type { SandboxLog } from './log.ts';
import { type Budget, pauseBefore, rest, within } from './patience.ts';
import type { SandboxUse } from './use.ts';
import { texCommand, texSandbox, texSize } from './specification.ts';
import { Trouble } from './troubles.ts';

export interface TexSandboxParts {
  jobId: string;
  connection: Connection;
  image: Image;
  budget: Budget;
  log: SandboxLog;
  onUse: (use: SandboxUse) => void;
}

/** The sandbox of one job's formulas: made when the first is asked for, and again when it has ended meanwhile. */
export interface TexSandbox {
  start: StartTex;
  close(): Promise<void>;
}

const KILLED = 137;

interface Opened {
  box: Box;
  since: number;
}

export function openTexSandbox(parts: TexSandboxParts): TexSandbox {
  let opened: Promise<Opened> | undefined;
  const open = (): Promise<Opened> => {
    opened ??= openPatiently(parts).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  const forget = async (): Promise<void> => {
    const spent = opened;
    opened = undefined;
    // One that could not be opened has ended nothing.
    const found = await spent?.catch(() => undefined);
    if (found !== undefined) await end(parts, found);
  };
  return {
    start: (request, signal) => startRun({ ...parts, open, forget }, request, signal),
    close: forget,
  };
}

async function openPatiently({ connection, image, jobId, budget, log }: TexSandboxParts): Promise<Opened> {
  const begun = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await connection.use(async ({ client, app }) => ({ since: Date.now(), box: boxOf(await client.sandboxes.create(app, image, texSandbox(jobId))) }));
    } catch (error) {
      if (!(error instanceof Trouble) || error.kind !== 'refused' || performance.now() - begun > budget.roomSeconds * 1000) throw error;
      log.info({ job: jobId, attempt: attempt + 1 }, 'Modal has no room for a sandbox that compiles formulas; it is asked again.');
      await rest(pauseBefore(attempt, budget), new AbortController().signal);
    }
  }
}

async function end({ connection, log, jobId, onUse }: TexSandboxParts, { box, since }: Opened): Promise<void> {
  onUse({ sandboxId: box.id, role: 'tex', size: texSize, seconds: (Date.now() - since) / 1000 });
  box.leave();
  await endSandbox(connection, box.id).catch((error: unknown) => log.warn({ job: jobId, sandbox: box.id, error }, 'A sandbox could not be ended: it ends by itself, or is swept.'));
}

interface RunParts extends TexSandboxParts {
  open: () => Promise<Opened>;
  forget: () => Promise<void>;
}

const MIB = 1024 * 1024;

/** One run of the script. Its answers are handed on once all are there, so that a run that breaks off can be made again. */
function startRun(parts: RunParts, request: TexRequest, signal: AbortSignal): ReturnType<StartTex> {
  const messages = new PassThrough();
  const stopping = new AbortController();
  let stopped: string | undefined;
  const running = runPatiently(parts, request, AbortSignal.any([signal, stopping.signal]));
  const ended = running.then(
    ({ output, stderr }) => {
      messages.end(output);
      return { stopped, stderr };
    },
    (error: unknown) => {
      messages.end();
      return { stopped: stopped ?? (error instanceof Error ? error.message : String(error)), stderr: '' };
    },
  );
  return {
    messages,
    stop(reason) {
      stopped ??= reason;
      stopping.abort(new DOMException('The run was stopped.', 'AbortError'));
    },
    ended,
  };
}

interface TexOutput {
  output: Buffer;
  stderr: string;
}

async function runPatiently(parts: RunParts, request: TexRequest, signal: AbortSignal): Promise<TexOutput> {
  const { budget, log, jobId } = parts;
  const seconds = request.limits.wallSeconds;
  const late = (): Error => new Trouble('impossible', `LaTeX was not done within ${seconds} s.`);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const running = await within(begin(parts, request), { seconds: budget.roomSeconds, signal, late });
      return await within(collect(running, request.limits.messagesMiB * MIB), { seconds, signal, late });
    } catch (error) {
      if (!(error instanceof Trouble) || error.kind === 'impossible' || attempt + 1 >= budget.attempts) throw error;
      log.warn({ job: jobId, attempt: attempt + 1, trouble: error.kind }, 'Formulas were not compiled at Modal; they are compiled in another sandbox.');
      await parts.forget();
      await rest(pauseBefore(attempt, budget), signal);
    }
  }
}

/** What it has not ended by then, its own time limit ends. */
async function begin({ open }: RunParts, { line, limits }: TexRequest): Promise<BoxProcess> {
  const { box } = await open();
  return box.run(texCommand, { input: line, timeoutSeconds: limits.wallSeconds + 1 });
}

async function collect(running: BoxProcess, mostBytes: number): Promise<TexOutput> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of running.output) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > mostBytes) throw new Trouble('impossible', 'LaTeX answered more than it may.');
  }
  if ((await running.exitCode()) === KILLED) throw new Trouble('lost', 'The sandbox ended while formulas were compiled.');
  return { output: Buffer.concat(chunks), stderr: await running.stderr() };
}
