import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { sectionReportSchema, type SectionReport } from '../../../shared/contract/report.ts';
import { createMessageReader, ProtocolError } from '../local/message-reader.ts';
import type { ResourceLimits } from '../local/limits.ts';
import { texKey } from '../local/tex-cache.ts';
import type { TexCompiler } from '../local/tex-compiler.ts';
import type { TexDocument } from '../local/tex-document.ts';
import { acceptReport, parseWorkerMessage } from '../local/worker-messages.ts';
import type { RenderHooks, RenderTask } from '../port.ts';
import type { Box } from './box.ts';
import { answerFile, assetFile, jobFile, renderSize, resultFile } from './specification.ts';
import { Trouble } from './troubles.ts';

const MIB = 1024 * 1024;
const MOST_TEX_REQUESTS = 400;

const lineSchema = z.strictObject({ number: z.int().positive(), message: z.record(z.string(), z.unknown()) });

const resultSchema = z.strictObject({
  report: sectionReportSchema.nullable(),
  clip: z.strictObject({ bytes: z.int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
  exitCode: z.int(),
  stopped: z.strictObject({ kind: z.enum(['limit', 'protocol']), errorClass: z.string().max(60), message: z.string().max(300) }).nullable(),
  stdout: z.string(),
  stderr: z.string(),
});
export type AttendedResult = z.infer<typeof resultSchema>;

export interface Attendance {
  box: Box;
  task: RenderTask;
  limits: ResourceLimits;
  tex: TexCompiler;
  texCacheFolder: string;
}

/** What was heard of a render, as far as it can be believed without the video. */
export interface Heard {
  versions: Record<string, string>;
  report: SectionReport | undefined;
}

/** Brings the job in, unless it is there: assets first, and the line that says that all are there last. */
export async function deliver({ box, task, limits }: Attendance): Promise<void> {
  const line = Buffer.from(`${JSON.stringify({ job: task.job, limits: limitsTold(limits) })}\n`);
  if ((await box.sizeOf(jobFile)) === line.length) return;
  for (const [index, path] of task.assetPaths.entries()) await box.copyIn(path, assetFile(index));
  await box.write(jobFile, line);
}

const limitsTold = ({ wallSeconds, cpuSeconds, fileMiB, printedMiB, videoMiB }: ResourceLimits) => ({
  ...{ wallSeconds, cpuSeconds, fileMiB, printedMiB, videoMiB },
  cores: renderSize.cpu,
  memoryMiB: renderSize.memoryMiB,
});

/**
 * Listens until the result is there: passes progress on and answers formulas. What was said before somebody else listened is heard
 * again. Throws `ProtocolError` for what the protocol does not know, and `Trouble` where the sandbox ends first.
 */
export async function listen(attendance: Attendance, hooks: RenderHooks): Promise<Heard> {
  const { box, limits, task } = attendance;
  const heard: Heard = { versions: {}, report: undefined };
  let broken: Trouble | undefined;
  const printed = box.printed((trouble) => (broken = trouble));
  try {
    for await (const line of linesOf(printed, limits)) {
      const { number, message } = parseLine(line);
      if (message['type'] === 'done') return heard;
      const said = parseWorkerMessage(JSON.stringify(message));
      if (said.type === 'ready') heard.versions = said.versions;
      if (said.type === 'progress') hooks.onFrames(Math.min(said.frame, task.job.totalFrames), task.job.totalFrames);
      if (said.type === 'tex') await answer(attendance, { number, document: said, signal: hooks.signal });
      // Nobody waits for these: what is wrong with one is told when it is asked for.
      if (said.type === 'texAhead') attendance.tex.compile(said.documents, hooks.signal).catch(() => undefined);
      if (said.type === 'report') heard.report = acceptReport(said.report, task.job);
    }
  } finally {
    printed.destroy();
  }
  if (broken !== undefined) throw broken;
  throw new Trouble('lost', `The sandbox ended before the section was drawn. ${await box.lastWords()}`.trim());
}

async function* linesOf(printed: Readable, limits: ResourceLimits): AsyncGenerator<string> {
  const reader = createMessageReader(printed, { lineBytes: 5 * MIB, totalBytes: limits.messagesMiB * MIB });
  for (;;) {
    const line = await reader.readLine();
    if (line === undefined) return;
    yield line;
  }
}

function parseLine(line: string): z.infer<typeof lineSchema> {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new ProtocolError('What was printed is not of the protocol.', { cause: error });
  }
}

interface Question {
  number: number;
  document: TexDocument;
  signal: AbortSignal;
}

/** The drawing goes along with the answer: the sandbox has a cache of its own, and no other ever sees that. */
async function answer({ box, tex, texCacheFolder }: Attendance, { number, document, signal }: Question): Promise<void> {
  if (number > MOST_TEX_REQUESTS * 100) throw new ProtocolError('The section said too much.');
  const { compiler, outputFormat, source } = document;
  const asked = { compiler, outputFormat, source };
  const [fault] = await tex.compile([asked], signal);
  const key = texKey(asked);
  const told = fault ? { error: fault.message, key: null, svg: null } : { error: null, key, svg: await readFile(join(texCacheFolder, `${key}.svg`), 'utf8') };
  await box.write(answerFile(number), `${JSON.stringify(told)}\n`);
}

/** What came of the job, where it is done already. */
export async function findResult(box: Box, limits: ResourceLimits): Promise<AttendedResult | undefined> {
  return (await box.sizeOf(resultFile)) === undefined ? undefined : takeResult(box, limits);
}

export async function takeResult(box: Box, limits: ResourceLimits): Promise<AttendedResult> {
  const most = limits.messagesMiB * MIB;
  const content = await box.read(resultFile, most);
  if (content.length === 0) throw new Trouble('lost', 'The result of the section could not be read.');
  if (content.length > most) throw new ProtocolError('The result is longer than any may be.');
  try {
    return resultSchema.parse(JSON.parse(content.toString('utf8')));
  } catch (error) {
    throw new ProtocolError('The result is not of the protocol.', { cause: error });
  }
}
