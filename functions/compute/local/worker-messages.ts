import { z } from 'zod';
import { sectionReportSchema, type SectionReport } from '../../../shared/contract/report.ts';
import type { RenderJob } from '../../../shared/contract/job.ts';
import { limits } from '../../../shared/limits.ts';
import { cleanCode, cleanText } from './clean-text.ts';
import { ProtocolError } from './message-reader.ts';

const readySchema = z.strictObject({ type: z.literal('ready'), versions: z.record(z.string(), z.string()) });
const progressSchema = z.strictObject({ type: z.literal('progress'), frame: z.int().nonnegative(), totalFrames: z.int().positive() });
const texSchema = z.strictObject({
  type: z.literal('tex'),
  compiler: z.string().max(40),
  outputFormat: z.string().max(10),
  source: z.string().max(65_536),
});
const MOST_AHEAD = 200;
/** Formulas that are going to be asked for. */
const texAheadSchema = z.strictObject({ type: z.literal('texAhead'), documents: z.array(texSchema.omit({ type: true })).max(MOST_AHEAD) });
const MOST_CORES = 1024;
const coreCount = z.int().min(1).max(MOST_CORES);
/** How many cores could be used, or how many are still in use after some were called back. */
const coresSchema = z.strictObject({ type: z.literal('cores'), wanted: coreCount.optional(), held: coreCount.optional() });
const reportMessageSchema = z.strictObject({ type: z.literal('report'), report: sectionReportSchema });
const videoSchema = z.strictObject({ type: z.literal('video'), bytes: z.int().positive() });

const messageSchema = z.discriminatedUnion('type', [readySchema, progressSchema, texSchema, texAheadSchema, coresSchema, reportMessageSchema, videoSchema]);
export type WorkerMessage = z.infer<typeof messageSchema>;

const MOST_GEOMETRY_FAULTS = 500;
const MOST_NOTES = 100;
const MOST_FINDINGS = 100;
/** Known fixes make code longer, not much. */
const MOST_CODE_CHARACTERS = 2 * limits.sceneCodeCharacters;
const LONGEST_KEY = 60;

/** One line of a worker as a message. Throws `ProtocolError` for anything else. */
export function parseWorkerMessage(line: string): WorkerMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ProtocolError('A message is not JSON.');
  }
  const parsed = messageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw new ProtocolError(cleanText(`A message is not of the protocol: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`, 300));
}

/** Every text within a value cleaned; keys too, which become names in reports. */
function cleanTexts(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).slice(0, 200).map(([key, inner]) => [cleanText(key, LONGEST_KEY), cleanTexts(inner)]));
}

/**
 * A report as far as it can be believed without the video: its texts cleaned, its lists bounded. Throws `ProtocolError` when it is
 * not about the job that was given.
 */
export function acceptReport(report: SectionReport, job: RenderJob): SectionReport {
  const clean = sectionReportSchema.parse(cleanTexts(report));
  const { wallSeconds, cpuSeconds, peakMemoryMiB, drawnFrames } = clean.resources;
  if (Math.min(wallSeconds, cpuSeconds, peakMemoryMiB, drawnFrames) < 0) throw new ProtocolError('The report counts resources below zero.');
  if (clean.failure?.kind === 'sandbox') throw new ProtocolError('Only the host may say that a sandbox was lost.');
  if (clean.failure === undefined) checkWhole(clean, job);
  return { ...clean, ...mendingOf(clean, report), geometry: clean.geometry.slice(0, MOST_GEOMETRY_FAULTS), notes: clean.notes.slice(0, MOST_NOTES) };
}

/** What the worker mended. Its code is kept whole, since it is drawn again and asked about by its lines. */
function mendingOf({ findings }: SectionReport, { mendedCode }: SectionReport): Pick<SectionReport, 'findings' | 'mendedCode'> {
  if (mendedCode !== undefined && mendedCode.length > MOST_CODE_CHARACTERS) throw new ProtocolError('The mended code is longer than scene code may be.');
  return {
    ...(findings !== undefined && { findings: findings.slice(0, MOST_FINDINGS) }),
    ...(mendedCode !== undefined && { mendedCode: cleanCode(mendedCode, MOST_CODE_CHARACTERS) }),
  };
}

function checkWhole(report: SectionReport, job: RenderJob): void {
  if (report.frames !== job.totalFrames) throw new ProtocolError(`The report says ${report.frames} frames, and ${job.totalFrames} were asked for.`);
  if (report.beats.length !== job.beats.length) throw new ProtocolError(`The report tells of ${report.beats.length} beats, and the section has ${job.beats.length}.`);
  const moved = job.beats.findIndex(({ startFrame, endFrame }, index) => {
    const told = report.beats[index];
    return told?.plannedStartFrame !== startFrame || told.plannedEndFrame !== endFrame;
  });
  if (moved !== -1) throw new ProtocolError(`The report moves beat ${moved + 1}, which was planned otherwise.`);
}
