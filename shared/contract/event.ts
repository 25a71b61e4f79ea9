import { z } from 'zod';
import { qualitySchema } from './plan.ts';

/** The eight phases of a job, in the order of a section's life. */
export const phaseSchema = z.enum(['plan', 'narrate', 'code', 'check', 'render', 'repair', 'stitch', 'publish']);
export type Phase = z.infer<typeof phaseSchema>;

/** What a user is told of something that went wrong. Never carries a stack, a path of the host, or a key. */
export const faultSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  fix: z.string(),
  retryable: z.boolean(),
  /** Line of the lesson, 1-based. */
  line: z.int().positive().optional(),
});
export type Fault = z.infer<typeof faultSchema>;

const section = z.int().positive();

const happening = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('job.started'), source: z.string() }),
  z.strictObject({
    type: z.literal('plan.ready'),
    title: z.string(),
    language: z.string(),
    quality: qualitySchema,
    /** Beats of what is written already, seconds of what is only outlined. */
    sections: z.array(z.strictObject({ section, title: z.string(), beats: z.int().positive().optional(), seconds: z.number().positive().optional() })),
  }),
  z.strictObject({ type: z.literal('phase.started'), phase: phaseSchema, section: section.optional() }),
  z.strictObject({
    type: z.literal('phase.finished'),
    phase: phaseSchema,
    section: section.optional(),
    seconds: z.number().nonnegative(),
    /** Found by the hash of its inputs: nothing was spoken, drawn or encoded again. */
    cached: z.boolean(),
  }),
  z.strictObject({ type: z.literal('section.progress'), section, framesDone: z.int(), framesTotal: z.int() }),
  z.strictObject({ type: z.literal('section.failed'), section, phase: phaseSchema, fault: faultSchema }),
  z.strictObject({
    type: z.literal('section.finished'),
    section,
    /** `card`: the section failed, and a title card with its narration stands in its place. */
    outcome: z.enum(['rendered', 'card']),
    durationSeconds: z.number(),
    cached: z.boolean(),
    geometryFaults: z.int().nonnegative(),
  }),
  z.strictObject({
    type: z.literal('section.ready'),
    section,
    /** How much of the film can be watched by now, from its start. */
    playableSeconds: z.number().positive(),
  }),
  z.strictObject({ type: z.literal('warning'), code: z.string(), message: z.string(), section: section.optional() }),
  z.strictObject({
    type: z.literal('job.finished'),
    /** True when at least one section is a title card. */
    partial: z.boolean(),
    durationSeconds: z.number(),
    /** Where the film is: a path for the command line, a URL for the service. */
    film: z.string(),
    /** True when it could not be published: it stands on the host that made it, and nowhere else. */
    local: z.boolean().optional(),
    /** Only this section was made, as one more take of it: the film is as it was, and the length is the section's. */
    section: section.optional(),
  }),
  z.strictObject({ type: z.literal('job.failed'), faults: z.array(faultSchema).min(1) }),
  z.strictObject({ type: z.literal('job.cancelled') }),
]);
export type Happening = z.infer<typeof happening>;

/** One entry of a job's event log: `sequence` counts from 1 without gaps, `at` is ISO 8601 in UTC. */
export const jobEventSchema = z.intersection(
  z.object({ sequence: z.int().positive(), at: z.iso.datetime(), jobId: z.uuid() }),
  happening,
);
export type JobEvent = z.infer<typeof jobEventSchema>;
