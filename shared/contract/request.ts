import { z } from 'zod';
import { qualitySchema } from './plan.ts';

const wishes = {
  flavor: z.string(),
  quality: qualitySchema.optional(),
  language: z.string().optional(),
  voice: z.string().optional(),
  /** What the film may cost at most. */
  capMicroDollars: z.int().positive().optional(),
};
const lessonRequestSchema = z.object({ ...wishes, lesson: z.string(), topic: z.undefined().optional(), imageContext: z.undefined().optional() });
const topicRequestSchema = z.object({
  ...wishes,
  topic: z.string(),
  lesson: z.undefined().optional(),
  /** A PNG, JPEG, GIF or WebP as base64, for the planner to look at. It is answered to nobody. */
  imageContext: z.string().optional(),
});

/** What a job is to make, once it has been checked: a film of a lesson, or one about a topic. Kept with the job's row as `request`. */
export const jobRequestSchema = z.union([lessonRequestSchema, topicRequestSchema]);
export type JobRequest = z.infer<typeof jobRequestSchema>;

/** What a job is to make anew of a film that is there: one section, or the film out of the takes that its sections have. */
export const againRequestSchema = z.object({
  again: z.object({
    /** The job that made the film. */
    of: z.uuid(),
    /** What the film was made from: it says who writes the section. */
    kind: z.enum(['lesson', 'topic']),
    /** From 1; the whole film is joined anew where absent. */
    section: z.int().positive().optional(),
    /** In the place of what would be written for the section. */
    sceneCode: z.string().optional(),
  }),
  flavor: z.string(),
  capMicroDollars: z.int().positive().optional(),
});
export type AgainRequest = z.infer<typeof againRequestSchema>;

export const acceptedRequestSchema = z.union([againRequestSchema, jobRequestSchema]);
/** Everything that a job can be made for. */
export type AcceptedRequest = z.infer<typeof acceptedRequestSchema>;
