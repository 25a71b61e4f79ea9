import { z } from 'zod';
import { faultSchema, phaseSchema } from './event.ts';
import { qualitySchema } from './plan.ts';
import { sectionReportSchema } from './report.ts';

/** How long a phase took, and whether its result was found instead of made. */
const phaseTimeSchema = z.strictObject({
  phase: phaseSchema,
  section: z.int().positive().optional(),
  seconds: z.number().nonnegative(),
  cached: z.boolean(),
});

const sectionResultSchema = z.strictObject({
  section: z.int().positive(),
  title: z.string(),
  outcome: z.enum(['rendered', 'card']),
  startSeconds: z.number().nonnegative(),
  durationSeconds: z.number().positive(),
  frames: z.int().positive(),
  /** What the worker said of the clip that is in the film. */
  report: sectionReportSchema,
  /** Why a title card stands here, and what the worker said of the attempt that failed. */
  fault: faultSchema.optional(),
  failedReport: sectionReportSchema.optional(),
});

/** `report.json`: what was made, how long it took, and everything that is not as it should be. */
export const filmReportSchema = z.strictObject({
  version: z.literal(1),
  jobId: z.uuid(),
  title: z.string(),
  language: z.string(),
  quality: qualitySchema,
  framesPerSecond: z.int().positive(),
  partial: z.boolean(),
  durationSeconds: z.number().positive(),
  /** Names of the speech, render and media adapters with their versions. */
  madeWith: z.record(z.string(), z.string()),
  /** Integrated loudness of the film's sound, in LUFS; absent where there is no sound to measure. */
  loudnessLufs: z.number().optional(),
  sections: z.array(sectionResultSchema).min(1),
  phases: z.array(phaseTimeSchema),
  warnings: z.array(z.string()),
  filmBytes: z.int().positive(),
});
export type FilmReport = z.infer<typeof filmReportSchema>;
