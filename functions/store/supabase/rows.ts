import { z } from 'zod';
import type { Film } from '../port.ts';

/** Postgres writes times with microseconds and an offset. */
export const dateSchema = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const filmRowSchema = z.object({
  job_id: z.uuid(),
  user_id: z.uuid(),
  title: z.string(),
  topic: z.string(),
  status: z.enum(['processing', 'completed', 'failed']),
  supabase_url: z.string().nullable(),
  poster_url: z.string().nullable(),
  captions_url: z.string().nullable(),
  local_video_url: z.string().nullable(),
  duration_seconds: z.number().nullable(),
  keywords: z.array(z.string()),
  language: z.string().nullable(),
  is_public: z.boolean(),
  share_token: z.string().nullable(),
  partial: z.boolean(),
  cancelled: z.boolean(),
  cost_breakdown: z.record(z.string(), z.unknown()),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.number(), sha256: z.string() })),
  /** As text: a cursor must keep the microseconds. */
  created_at: z.string(),
  updated_at: dateSchema,
  completed_at: dateSchema.nullable(),
});
export type FilmRow = z.infer<typeof filmRowSchema>;

/** The columns of a film in lists and pages: not its code, plan and request, which can be large. */
export const FILM_COLUMNS = Object.keys(filmRowSchema.shape).join(',');

export const filmOf = (row: FilmRow): Film => ({
  jobId: row.job_id,
  userId: row.user_id,
  title: row.title,
  topic: row.topic,
  status: row.status,
  videoUrl: row.supabase_url,
  posterUrl: row.poster_url,
  captionsUrl: row.captions_url,
  localVideoUrl: row.local_video_url,
  durationSeconds: row.duration_seconds,
  keywords: row.keywords,
  language: row.language,
  isPublic: row.is_public,
  isShared: row.share_token !== null,
  partial: row.partial,
  cancelled: row.cancelled,
  costBreakdown: row.cost_breakdown,
  files: row.files,
  createdAt: new Date(row.created_at),
  updatedAt: row.updated_at,
  completedAt: row.completed_at,
});
