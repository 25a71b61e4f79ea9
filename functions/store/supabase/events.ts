import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import { jobEventSchema, type JobEvent } from '../../../shared/contract/event.ts';
import type { Events, ProgressChange } from '../port.ts';
import { answerOf, call } from './answers.ts';
import { dateSchema } from './rows.ts';

const PAGE = 1000;
const appendedSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.enum(['appended', 'existing', 'ended']), sequence: z.number() }),
  z.object({ outcome: z.literal('unknown_job') }),
]);
const rowSchema = z.object({
  job_id: z.uuid(),
  sequence: z.number(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
  created_at: dateSchema,
});

const eventOf = (row: z.infer<typeof rowSchema>): JobEvent =>
  jobEventSchema.parse({ ...row.data, type: row.type, sequence: row.sequence, jobId: row.job_id, at: row.created_at.toISOString() });

const progressValues = (progress: ProgressChange) => ({
  status: progress.status,
  stage: progress.stage,
  percentage: progress.percentage,
  message: progress.message,
  video_url: progress.videoUrl,
  local_video_url: progress.localVideoUrl,
  error_code: progress.errorCode,
  error_message: progress.errorMessage,
  partial: progress.partial,
  cancelled: progress.cancelled,
});

export const supabaseEvents = (client: SupabaseClient): Events => ({
  append({ jobId, happening, progress, key }) {
    const { type, ...data } = happening;
    const p_progress = progress === undefined ? undefined : progressValues(progress);
    const values = { p_job_id: jobId, p_type: type, p_data: data, p_progress, p_key: key };
    return call(client, { name: 'append_event', values }, appendedSchema);
  },
  async after(jobId, sequence) {
    const asked = client.from('job_events').select('job_id,sequence,type,data,created_at').eq('job_id', jobId).gt('sequence', sequence);
    return (await answerOf(asked.order('sequence').limit(PAGE), z.array(rowSchema))).map(eventOf);
  },
});
