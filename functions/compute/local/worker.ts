import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { finished, pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import type { SectionReport } from '../../../shared/contract/report.ts';
import type { RenderHooks, RenderTask } from '../port.ts';
import { cleanText } from './clean-text.ts';
import type { ContainedProcess } from './contained-process.ts';
import type { ResourceLimits } from './limits.ts';
import { createMessageReader, ProtocolError, type MessageReader } from './message-reader.ts';
import type { TexCompiler } from './tex-compiler.ts';
import type { TexDocument } from './tex-document.ts';
import { acceptReport, parseWorkerMessage, type WorkerMessage } from './worker-messages.ts';

const MIB = 1024 * 1024;
/** Formulas that one section may ask for while it draws; a lesson has some tens. */
const MOST_TEX_REQUESTS = 400;

export interface WorkerSession {
  process: ContainedProcess;
  task: RenderTask;
  limits: ResourceLimits;
  /** Where the video is written before it has been checked. */
  partialPath: string;
  tex: TexCompiler;
}

export interface WorkerAnswer {
  versions: Record<string, string>;
  /** As far as it can be believed without the video; absent when none came. */
  report: SectionReport | undefined;
  hasVideo: boolean;
}

/**
 * Speaks the pipe protocol with one worker, which is used once: waits until it is ready, sends the job and its assets, answers its
 * formulas, and takes its report and video. Throws `ProtocolError` when the worker says something that the protocol does not know;
 * a worker that dies simply leaves an answer without a report.
 */
export async function converse(session: WorkerSession, hooks: RenderHooks): Promise<WorkerAnswer> {
  const { process, limits, task } = session;
  const reader = createMessageReader(process.messages, { lineBytes: 4 * MIB, totalBytes: limits.messagesMiB * MIB });
  process.allowSeconds(limits.startSeconds, { kind: 'sandbox', errorClass: 'SlowStart', message: `Manim was not loaded within ${limits.startSeconds} s.` });
  const answer: WorkerAnswer = { versions: {}, report: undefined, hasVideo: false };
  const ready = await nextMessage(reader);
  if (ready === undefined) return answer;
  if (ready.type !== 'ready') throw new ProtocolError(`The worker began with "${ready.type}".`);
  answer.versions = ready.versions;
  process.allowSeconds(limits.wallSeconds, { kind: 'limit', errorClass: 'WallClock', message: `The section was not drawn within ${limits.wallSeconds} s.` });
  const sent = sendJob(process.input, task);
  sent.catch(() => undefined);
  await takeMessages({ ...session, reader, answer }, hooks);
  return answer;
}

async function nextMessage(reader: MessageReader): Promise<WorkerMessage | undefined> {
  const line = await reader.readLine();
  return line === undefined ? undefined : parseWorkerMessage(line);
}

/** The job as one line, then the bytes of its assets. A worker that has gone takes no more, which its end will tell. */
async function sendJob(input: Writable, task: RenderTask): Promise<void> {
  input.write(`${JSON.stringify(task.job)}\n`);
  for (const path of task.assetPaths) await pipeline(createReadStream(path), input, { end: false });
}

interface Exchange extends WorkerSession {
  reader: MessageReader;
  answer: WorkerAnswer;
}

/** Until the video has come, or the worker has ended. Nothing counts that comes after the video. */
async function takeMessages(exchange: Exchange, hooks: RenderHooks): Promise<void> {
  let texRequests = 0;
  for (;;) {
    const message = await nextMessage(exchange.reader);
    if (message === undefined) return;
    if (message.type === 'ready') throw new ProtocolError('The worker said twice that it is ready.');
    if (message.type === 'progress') tellProgress(exchange, { frame: message.frame, hooks });
    if (message.type === 'tex') {
      texRequests += 1;
      if (texRequests > MOST_TEX_REQUESTS) throw new ProtocolError(`The section asked for more than ${MOST_TEX_REQUESTS} formulas.`);
      await answerFormula(exchange, { document: message, signal: hooks.signal });
    }
    if (message.type === 'report') {
      if (exchange.answer.report !== undefined) throw new ProtocolError('The worker reported twice.');
      exchange.answer.report = acceptReport(message.report, exchange.task.job);
    }
    if (message.type === 'video') return takeVideo(exchange, message.bytes);
  }
}

function tellProgress({ task }: Exchange, { frame, hooks }: { frame: number; hooks: RenderHooks }): void {
  const total = task.job.totalFrames;
  hooks.onFrames(Math.min(frame, total), total);
}

async function answerFormula({ process, tex }: Exchange, { document, signal }: { document: TexDocument; signal: AbortSignal }): Promise<void> {
  const [fault] = await tex.compile([{ compiler: document.compiler, outputFormat: document.outputFormat, source: document.source }], signal);
  process.input.write(`${JSON.stringify({ type: 'tex', error: fault?.message ?? null })}\n`);
}

async function takeVideo({ reader, answer, limits, partialPath, process }: Exchange, bytes: number): Promise<void> {
  if (answer.report === undefined) throw new ProtocolError('A video came before its report.');
  if (bytes > limits.videoMiB * MIB) {
    process.stop({ kind: 'limit', errorClass: 'Output', message: `The video has ${Math.round(bytes / MIB)} MiB, and ${limits.videoMiB} MiB are allowed.` });
    return;
  }
  const file = createWriteStream(partialPath, { flags: 'wx' });
  // A stream that has failed never asks for more.
  const failed = new Promise<never>((_, reject) => file.once('error', reject));
  failed.catch(() => undefined);
  try {
    await Promise.race([reader.copyBytes(bytes, file), failed]);
  } catch (error) {
    file.destroy();
    await rm(partialPath, { force: true });
    throw error;
  }
  file.end();
  await finished(file);
  answer.hasVideo = true;
}

/** The last words on standard error, for a worker that was lost without a report. */
export const lastWords = (stderr: string): string => cleanText(stderr.split('\n').filter((line) => line.trim() !== '').slice(-3).join(' | '), 500);
