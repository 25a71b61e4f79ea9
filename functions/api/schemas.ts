import { z } from '@hono/zod-openapi';
import { qualitySchema } from '../../shared/contract/plan.ts';
import { limits } from '../../shared/limits.ts';

/** Text that a database can keep: no NUL, no half of a surrogate pair. */
const text = (characters: number) =>
  z
    .string()
    .max(characters)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'must be well-formed text without NUL');

const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** As base64, with room for what a data URL says before it. */
const IMAGE_CONTEXT_CHARACTERS = Math.ceil(limits.imageContextBytes / 3) * 4 + 100;

const MICRO_DOLLAR = 0.000001;
const MOST_DOLLARS = 1000;

export const jobBodySchema = z
  .strictObject({
    topic: text(2000).min(1).optional().openapi({ description: 'What the film is to be about. A service without a key for a model answers 422.' }),
    lesson: text(limits.lessonBytes).min(1).optional().openapi({ description: 'The lesson, in Markdown.', example: '# Counting\n\n## One\n\nThis is one.\n' }),
    job_id: z.uuid().optional().openapi({ description: 'An id of your own for the job.' }),
    clerk_user_id: text(255).optional().openapi({ description: 'Must be the user of the token.' }),
    image_context: z
      .string()
      .max(IMAGE_CONTEXT_CHARACTERS)
      .optional()
      .openapi({ description: 'PNG, JPEG, GIF or WebP, as base64 or as a data URL, for the planner of a topic.' }),
    config_flavor: text(100).optional(),
    quality: qualitySchema.optional(),
    language: z.string().max(60).regex(LANGUAGE).optional(),
    voice: text(100).min(1).optional(),
    max_dollars: z
      .number()
      .min(MICRO_DOLLAR)
      .max(MOST_DOLLARS)
      .optional()
      .openapi({ description: 'What would make the film dearer is not bought: the job stops, and keeps what is done.', example: 1.5 }),
  })
  .refine(({ topic, lesson }) => (topic === undefined) !== (lesson === undefined), 'Give either `topic` or `lesson`.')
  .openapi('JobRequest');
export type JobBody = z.infer<typeof jobBodySchema>;

export const jobParameters = z.object({ job_id: z.uuid().openapi({ param: { name: 'job_id', in: 'path' } }) });
export const jobHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 printable ASCII characters')
    .optional()
    .openapi({ description: 'The same key with the same request makes one job, however often it is sent.' }),
});
export const streamHeaders = z.object({
  'last-event-id': z.string().optional().openapi({ description: 'The stream goes on after this event.', example: '3' }),
});

const nullableUrl = z.url().nullable();
export const jobSchema = z
  .object({
    job_id: z.uuid(),
    status: z.enum(['processing', 'completed', 'failed']),
    current_stage: z.int().min(1).max(4).openapi({ description: '1 planning, 2 pipeline, 3 concat, 4 upload.' }),
    progress_percentage: z.int().min(0).max(100),
    message: z.string(),
    video_url: nullableUrl,
    local_video_url: z.string().nullable(),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    partial: z.boolean(),
    cancelled: z.boolean(),
    cancel_requested: z.boolean(),
    last_event_id: z.int().nonnegative(),
    created_at: z.iso.datetime(),
    events_url: z.url(),
    video_id: z.uuid().openapi({ description: 'The film that it makes, or makes a part of again.' }),
  })
  .openapi('Job');
export type JobAnswer = z.infer<typeof jobSchema>;

const publicFilm = {
  job_id: z.uuid(),
  title: z.string(),
  topic: z.string(),
  video_url: nullableUrl,
  poster_url: nullableUrl,
  captions_url: nullableUrl,
  duration_seconds: z.number().nullable(),
  keywords: z.array(z.string()),
  language: z.string().nullable(),
  created_at: z.iso.datetime(),
  completed_at: z.iso.datetime().nullable(),
};
export const publicFilmSchema = z.object(publicFilm).openapi('PublicVideo');
export const ownFilmSchema = z
  .object({
    ...publicFilm,
    status: z.enum(['processing', 'completed', 'failed']),
    is_public: z.boolean(),
    is_shared: z.boolean(),
    partial: z.boolean(),
    cancelled: z.boolean(),
    local_video_url: z.string().nullable(),
    cost_breakdown: z.record(z.string(), z.unknown()),
    files: z.array(z.object({ name: z.string(), size_bytes: z.number(), sha256: z.string() })),
    updated_at: z.iso.datetime(),
  })
  .openapi('Video');
/** The owner's answer first: it is the larger one. */
export const filmSchema = z.union([ownFilmSchema, publicFilmSchema]);
export type PublicFilmAnswer = z.infer<typeof publicFilmSchema>;
export type OwnFilmAnswer = z.infer<typeof ownFilmSchema>;

export const filmPageSchema = z.object({ items: z.array(filmSchema), next: z.string().nullable() }).openapi('VideoPage');
export const filmQuerySchema = z.object({
  scope: z.enum(['mine', 'public']).optional().openapi({ description: 'Your own films (default), or everybody’s public ones.' }),
  search: text(200).optional().openapi({ description: 'Every word must be in title, topic or keywords.' }),
  after: z.string().max(500).optional().openapi({ description: '`next` of the page before.' }),
  limit: z
    .string()
    .regex(/^([1-9]|[1-9][0-9]|100)$/, 'must be a whole number from 1 to 100')
    .optional()
    .openapi({ type: 'integer', minimum: 1, maximum: 100, default: 20 }),
});
export const filmChangesSchema = z
  .strictObject({
    title: text(300).min(1).optional(),
    keywords: z.array(text(60).min(1)).max(30).optional(),
    is_public: z.boolean().optional(),
  })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), 'Give something to change.')
  .openapi('VideoChanges');

export const sectionParameters = jobParameters.extend({
  section: z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/, 'must be the number of a section, from 1')
    .openapi({ param: { name: 'section', in: 'path' }, type: 'integer', minimum: 1, maximum: 9999, example: 1 }),
});
const takeSchema = z
  .object({
    take: z.int().positive(),
    outcome: z.enum(['rendered', 'card', 'failed']).openapi({ description: '`card`: a title card. `failed`: nothing was drawn.' }),
    faults: z.int().nonnegative().openapi({ description: 'Of the picture.' }),
    duration_seconds: z.number().nullable(),
    scene_code: z.string(),
    created_at: z.iso.datetime(),
  })
  .openapi('Take');
export const sectionSchema = z
  .object({
    section: z.int().positive(),
    title: z.string(),
    outcome: z.enum(['pending', 'rendered', 'card']).openapi({ description: 'Of the take that it has.' }),
    take: z.int().positive().nullable().openapi({ description: 'The take that the film is joined from: the one chosen, or the one with the fewest faults.' }),
    chosen: z.boolean(),
    duration_seconds: z.number().nullable(),
    takes: z.array(takeSchema),
  })
  .openapi('Section');
export const sectionListSchema = z.object({ items: z.array(sectionSchema) }).openapi('SectionList');
export type SectionAnswer = z.infer<typeof sectionSchema>;

const maxDollars = z.number().min(MICRO_DOLLAR).max(MOST_DOLLARS).optional().openapi({ description: 'What would make this dearer is not bought.', example: 0.5 });
export const retryBodySchema = z
  .strictObject({
    scene_code: text(limits.sceneCodeCharacters).min(1).optional().openapi({ description: 'Python in the place of what would be written for the section.' }),
    max_dollars: maxDollars,
  })
  .openapi('SectionRetry');
export const restitchBodySchema = z.strictObject({ max_dollars: maxDollars }).openapi('Restitch');
export const choiceSchema = z
  .strictObject({ take: z.int().positive().nullable().openapi({ description: 'Number of the take; null for the one with the fewest faults.' }) })
  .openapi('TakeChoice');

const SHARE_TOKEN = /^[A-Za-z0-9_-]{20,100}$/;
export const shareParameters = z.object({ token: z.string().regex(SHARE_TOKEN).openapi({ param: { name: 'token', in: 'path' } }) });
export const fileQuerySchema = z.object({ share: z.string().regex(SHARE_TOKEN).optional().openapi({ description: 'Token of a shared film.' }) });
export const shareSchema = z.object({ token: z.string(), url: z.url() }).openapi('Share');
