import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RenderFailure, SectionReport } from '../../../shared/contract/report.ts';
import { nameDiskFull } from '../../../shared/errors.ts';
import { composeReport } from '../compose-report.ts';
import type { MediaTool, Renderer, RenderHooks, RenderTask } from '../port.ts';
import { cleanText } from './clean-text.ts';
import { findClipFault } from './clip-check.ts';
import type { ContainedProcess, Ending, StopCause } from './contained-process.ts';
import { sha256 } from './content-address.ts';
import type { InstalledPackage } from './install-package.ts';
import type { Launcher } from './launcher.ts';
import { sectionLimits, type ResourceLimits } from './limits.ts';
import { ProtocolError } from './message-reader.ts';
import type { PythonEnvironment } from './python-environment.ts';
import type { TexCompiler } from './tex-compiler.ts';
import { converse, lastWords, type WorkerAnswer } from './worker.ts';

export interface RendererParts {
  launcher: Launcher;
  python: PythonEnvironment;
  installed: InstalledPackage;
  tex: TexCompiler;
  texCacheFolder: string;
  media: MediaTool;
  /** Put in the place of those that the job's size gives. */
  limits: Partial<ResourceLimits>;
  /** False where the host's own look at the clip is taken away, by a test. */
  checksClips: boolean;
}

const WORKER_COMMAND = ['python', '-P', '-m', 'lectern_render.worker'];
const OUTPUT_CHARACTERS = 64 * 1024;
const UNSAFE_NOTE = 'Rendered without a sandbox: scene code could read and change whatever the user can.';

/** Scene code to silent video, each section by a worker of its own that is used once. */
export function createRenderer(parts: RendererParts): Renderer {
  return {
    identity: `lectern_render ${sha256(parts.installed.hash, ...parts.python.distributions).slice(0, 32)}`,
    render: (task, hooks) => renderSection(parts, task, hooks),
  };
}

async function renderSection(parts: RendererParts, task: RenderTask, hooks: RenderHooks): Promise<SectionReport> {
  const startedAt = performance.now();
  const limits = { ...sectionLimits(task.job), ...parts.limits };
  const partialPath = join(dirname(task.clipPath), `.${randomUUID()}.partial.mp4`);
  const worker = parts.launcher.run(confineWorker(parts, limits), hooks.signal);
  try {
    const outcome = await runWorker({ worker, task, limits, partialPath, tex: parts.tex }, hooks).catch(nameDiskFull);
    hooks.signal.throwIfAborted();
    const failure = outcome.failure ?? (await deliverClip(parts, { task, partialPath, hasVideo: outcome.answer.hasVideo, signal: hooks.signal }));
    const notes = parts.launcher.contained ? [] : [UNSAFE_NOTE];
    return composeReport(outcome.answer, { failure, wallSeconds: (performance.now() - startedAt) / 1000, notes });
  } finally {
    await rm(partialPath, { force: true });
  }
}

const confineWorker = ({ python, installed, texCacheFolder }: RendererParts, limits: ResourceLimits) => ({
  readable: [...python.folders, installed.folder, texCacheFolder],
  environment: { PYTHONPATH: installed.folder, PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1', LECTERN_TEX_CACHE: texCacheFolder },
  limits,
  command: [python.interpreter, ...WORKER_COMMAND.slice(1)],
});

interface WorkerRun {
  worker: ContainedProcess;
  task: RenderTask;
  limits: ResourceLimits;
  partialPath: string;
  tex: TexCompiler;
}

/** One worker from its start to its end, with the reason why there is no clip, when there is one. */
async function runWorker(run: WorkerRun, hooks: RenderHooks): Promise<{ answer: WorkerAnswer; failure: RenderFailure | undefined }> {
  let answer: WorkerAnswer = { versions: {}, report: undefined, hasVideo: false };
  try {
    answer = await converse({ ...run, process: run.worker }, hooks);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    run.worker.stop({ kind: 'protocol', errorClass: 'ProtocolError', message: error.message });
  } finally {
    if (answer.hasVideo) run.worker.stop({ kind: 'aborted', errorClass: 'Done', message: '' });
    run.worker.messages.resume();
  }
  const ending = await run.worker.ended;
  hooks.onOutput?.({ stdout: cleanText(ending.stdout.toString('utf8'), OUTPUT_CHARACTERS), stderr: cleanText(ending.stderr, OUTPUT_CHARACTERS), command: WORKER_COMMAND });
  return { answer, failure: answer.hasVideo ? undefined : findFailure(answer, ending) };
}

/** The host's own reason comes first: what a stopped worker said before is not to be relied on. */
function findFailure({ report }: WorkerAnswer, { cause, exitCode, stderr }: Ending): RenderFailure | undefined {
  if (cause !== undefined) return failureOf(cause);
  if (report?.failure !== undefined) return report.failure;
  if (report !== undefined) return { kind: 'protocol', errorClass: 'NoVideo', message: 'The worker reported a whole section and sent no video.' };
  return { kind: 'sandbox', errorClass: 'WorkerLost', message: `The worker ended with ${exitCode} and no report. ${lastWords(stderr)}`.trim() };
}

const failureOf = ({ kind, errorClass, message }: StopCause): RenderFailure => ({ kind: kind === 'aborted' ? 'sandbox' : kind, errorClass, message });

interface Delivery {
  task: RenderTask;
  partialPath: string;
  hasVideo: boolean;
  signal: AbortSignal;
}

/** Puts the clip in its place once it has been looked at; answers the fault of one that is not what was asked for. */
async function deliverClip({ media, checksClips }: RendererParts, delivery: Delivery): Promise<RenderFailure | undefined> {
  if (!delivery.hasVideo) return undefined;
  const { task, partialPath, signal } = delivery;
  const fault = checksClips ? await findClipFault(partialPath, { job: task.job, media, signal }) : undefined;
  if (fault !== undefined) return { kind: 'protocol', errorClass: 'ClipFault', message: fault };
  await rename(partialPath, task.clipPath);
  return undefined;
}
