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
