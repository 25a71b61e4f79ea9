import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Image } from 'modal';
import type { RenderFailure, SectionReport } from '../../../shared/contract/report.ts';
import type { RenderName } from '../../../shared/contract/sandbox.ts';
import { composeReport } from '../compose-report.ts';
import { cleanText } from '../local/clean-text.ts';
import { findClipFault } from '../local/clip-check.ts';
import { sectionLimits, type ResourceLimits } from '../local/limits.ts';
import { ProtocolError } from '../local/message-reader.ts';
import type { TexCompiler } from '../local/tex-compiler.ts';
import { lastWords } from '../local/worker.ts';
import { acceptReport } from '../local/worker-messages.ts';
import type { MediaTool, Renderer, RenderHooks, RenderTask } from '../port.ts';
import { type Attendance, type AttendedResult, deliver, findResult, type Heard, listen, takeResult } from './attendant.ts';
import { endSandbox } from './box.ts';
import { heeded, type Held, obtain, type ObtainParts } from './obtain.ts';
import { pauseBefore, rest, within } from './patience.ts';
import { clipFile, renderSize } from './specification.ts';
import { Trouble } from './troubles.ts';
import type { SandboxUse } from './use.ts';

export interface ModalRendererParts extends ObtainParts {
  jobId: string;
  image: Image;
  tex: TexCompiler;
  texCacheFolder: string;
  media: MediaTool;
  limits: Partial<ResourceLimits>;
  /** Aborted when another process goes on with the job: its sandboxes are left to that. */
  handedOver: AbortSignal;
  onUse: (use: SandboxUse) => void;
  /** A render begins. */
  onBegin: () => void;
}

const MIB = 1024 * 1024;
const OUTPUT_CHARACTERS = 64 * 1024;
const COMMAND = ['python', '-P', '-m', 'lectern_render.worker'];
/** For the clip and the report to be fetched, once everything is drawn. */
const FETCH_SECONDS = 60;
/** So that a sandbox, which lives for a quarter of an hour, is not at its end before its section is. */
const LONGEST_SECTION_SECONDS = 720;
const KILLED = 137;

/** Scene code to silent video, each section in a sandbox of its own at Modal. */
export const createModalRenderer = (parts: ModalRendererParts): Renderer => ({
  identity: `lectern_render at Modal ${parts.image.imageId}`,
  async render(task, hooks) {
    parts.onBegin();
    return renderElsewhere(parts, task, hooks);
  },
});

interface Render {
  name: RenderName;
  task: RenderTask;
  limits: ResourceLimits;
  startedAt: number;
}

async function renderElsewhere(parts: ModalRendererParts, task: RenderTask, hooks: RenderHooks): Promise<SectionReport> {
  const own = { ...sectionLimits(task.job), ...parts.limits };
  const limits = { ...own, wallSeconds: Math.min(own.wallSeconds, LONGEST_SECTION_SECONDS) };
  const name = { jobId: parts.jobId, section: task.job.section, renderKey: await renderKeyOf(task, parts.image.imageId) };
  const render: Render = { name, task, limits, startedAt: performance.now() };
  const lost: Trouble[] = [];
  for (let attempt = 0; attempt < parts.budget.attempts; attempt += 1) {
    if (attempt > 0) await rest(pauseBefore(attempt - 1, parts.budget), hooks.signal);
    hooks.signal.throwIfAborted();
    try {
      return await renderOnce(parts, render, hooks);
    } catch (error) {
      hooks.signal.throwIfAborted();
      if (!(error instanceof Trouble)) throw error;
      const fields = { job: name.jobId, section: name.section, sandbox: error.sandboxId, attempt: attempt + 1, trouble: error.kind, reason: error.message };
      parts.log.warn(fields, 'A section was not drawn at Modal.');
      lost.push(error);
      if (error.kind === 'impossible' || error.kind === 'refused') break;
    }
  }
  return givenUp(render, lost);
}

/** The whole of what decides the clip: the same render is found again, and another is never mistaken for it. */
async function renderKeyOf({ job, assetPaths }: RenderTask, imageId: string): Promise<string> {
  const hash = createHash('sha256').update(imageId).update(JSON.stringify(job));
  for (const path of assetPaths) hash.update(await readFile(path));
  return hash.digest('hex').slice(0, 32);
}

function givenUp({ startedAt }: Render, lost: Trouble[]): SectionReport {
  const last = lost.at(-1);
  const failure: RenderFailure = {
    kind: 'sandbox',
    errorClass: last?.kind === 'refused' ? 'NoRoom' : last?.kind === 'impossible' ? 'Refused' : 'SandboxLost',
    message: cleanText(`${last?.message ?? ''} ${lost.length > 1 ? `It was tried in ${lost.length} sandboxes.` : ''}`, 500),
  };
  return composeReport({ versions: {}, report: undefined }, { failure, wallSeconds: (performance.now() - startedAt) / 1000, notes: [] });
}

/** One sandbox, from its being obtained to its end. */
async function renderOnce(parts: ModalRendererParts, render: Render, hooks: RenderHooks): Promise<SectionReport> {
  const { name, limits } = render;
  const secondsNeeded = limits.startSeconds + limits.wallSeconds + FETCH_SECONDS;
  const wish = { ...name, app: parts.connection.appName, image: parts.image.imageId, secondsNeeded };
  const obtaining = obtain(parts, wish, hooks.signal);
  const held = await within(obtaining, { seconds: parts.budget.roomSeconds + secondsNeeded, signal: hooks.signal, late: () => new Trouble('unreachable', 'Modal gave no sandbox.') }).catch(
    async (error: unknown) => {
      // It may come all the same, and nobody waits for it any more.
      void obtaining.then((late) => release(parts, { held: late, section: name.section }), () => undefined);
      if (hooks.signal.aborted) await obtaining.then((late) => release(parts, { held: late, section: name.section }), () => undefined);
      throw error;
    },
  );
  parts.log.info({ job: name.jobId, section: name.section, sandbox: held.box.id, found: held.isFound }, held.isFound ? 'A sandbox that is at this section already is gone on with.' : 'A sandbox draws a section.');
  try {
    const drawing = draw(parts, { ...render, held }, hooks);
    return await within(drawing, { seconds: secondsNeeded, signal: hooks.signal, late: () => new Trouble('unreachable', `Nothing was heard of the section for ${secondsNeeded} s.`) });
  } catch (error) {
    throw error instanceof Trouble ? error.in(held.box.id) : error;
  } finally {
    if (parts.handedOver.aborted) held.box.leave();
    else await release(parts, { held, section: name.section });
  }
}

const END_SECONDS = 20;

/** Ends the sandbox, says what it was used for, and lets nobody find it any more. */
async function release(parts: ModalRendererParts, { held, section }: { held: Held; section: number }): Promise<void> {
  const seconds = (Date.now() - held.claimedAt.getTime()) / 1000;
  const fields = { job: parts.jobId, section, sandbox: held.box.id };
  try {
    held.box.leave();
    await within(endSandbox(parts.connection, held.box.id), { seconds: END_SECONDS, signal: new AbortController().signal, late: () => new Trouble('unreachable', 'Modal did not end a sandbox.') });
    parts.log.debug({ ...fields, seconds }, 'A sandbox has ended.');
  } catch (error) {
    parts.log.warn({ ...fields, error }, 'A sandbox could not be ended: it ends by itself, or is swept.');
  }
  parts.onUse({ sandboxId: held.box.id, role: 'render', section, size: renderSize, seconds });
  await heeded(parts.claims.remove(held.box.id), parts.log);
}

async function draw(parts: ModalRendererParts, { task, limits, held, startedAt }: Render & { held: Held }, hooks: RenderHooks): Promise<SectionReport> {
  const attendance: Attendance = { box: held.box, task, limits, tex: parts.tex, texCacheFolder: parts.texCacheFolder };
  let heard: Heard = { versions: {}, report: undefined };
  let failure: RenderFailure | undefined;
  try {
    let result = held.isFound ? await findResult(held.box, limits) : undefined;
    if (result === undefined) {
      await deliver(attendance);
      heard = await listen(attendance, hooks);
      result = await takeResult(held.box, limits);
    }
    heard = believed(heard, result, task);
    hooks.onOutput?.({ stdout: cleanText(result.stdout, OUTPUT_CHARACTERS), stderr: cleanText(result.stderr, OUTPUT_CHARACTERS), command: COMMAND });
    failure = failureOf(result, heard) ?? (await fetchClip(parts, { box: held.box, task, limits, result, signal: hooks.signal }));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    failure = { kind: 'protocol', errorClass: 'ProtocolError', message: error.message };
  }
  return composeReport(heard, { failure, wallSeconds: (performance.now() - startedAt) / 1000, notes: [] });
}

/** The report that was written last is the one that counts; it may be the first that is heard of it. */
function believed(heard: Heard, { report }: AttendedResult, { job }: RenderTask): Heard {
  if (report === null) return heard;
  const accepted = acceptReport(report, job);
  return { versions: accepted.versions, report: accepted };
}

function failureOf({ stopped, clip, exitCode, stderr }: AttendedResult, { report }: Heard): RenderFailure | undefined {
  if (stopped !== null) return { ...stopped, message: cleanText(stopped.message) };
  if (report?.failure !== undefined) return report.failure;
  if (clip !== null) return undefined;
  if (report !== undefined) return { kind: 'protocol', errorClass: 'NoVideo', message: 'The worker reported a whole section and sent no video.' };
  if (exitCode === KILLED) throw new Trouble('lost', 'The system killed the worker, most likely because memory was short.');
  return { kind: 'sandbox', errorClass: 'WorkerLost', message: `The worker ended with ${exitCode} and no report. ${lastWords(stderr)}`.trim() };
}

interface Fetch {
  box: Held['box'];
  task: RenderTask;
  limits: ResourceLimits;
  result: AttendedResult;
  signal: AbortSignal;
}

/** Brings the clip here and puts it in its place once it has been looked at; answers the fault of one that is not what was asked for. */
async function fetchClip({ media }: ModalRendererParts, { box, task, limits, result, signal }: Fetch): Promise<RenderFailure | undefined> {
  const partialPath = join(dirname(task.clipPath), `.${randomUUID()}.partial.mp4`);
  try {
    const fetched = await box.copyOut(clipFile, partialPath, limits.videoMiB * MIB);
    if (fetched.bytes === 0) throw new Trouble('lost', 'The clip could not be read.');
    if (fetched.sha256 !== result.clip?.sha256) return { kind: 'protocol', errorClass: 'ClipFault', message: 'The clip is not the one that was reported.' };
    const fault = await findClipFault(partialPath, { job: task.job, media, signal });
    if (fault !== undefined) return { kind: 'protocol', errorClass: 'ClipFault', message: fault };
    signal.throwIfAborted();
    await rename(partialPath, task.clipPath);
    return undefined;
  } finally {
    await rm(partialPath, { force: true });
  }
}
