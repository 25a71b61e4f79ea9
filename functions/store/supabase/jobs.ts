import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { JobCreation, RunCreation } from '../../../shared/contract/creation.ts';
import { acceptedRequestSchema } from '../../../shared/contract/request.ts';
import type { NewRun } from '../../../shared/contract/take.ts';
import type { JobLimits, Jobs, JobState, NewJob, Rates, Users } from '../port.ts';
import { answerOf, call } from './answers.ts';
import { dateSchema } from './rows.ts';

const refusals = [
  z.object({ outcome: z.enum(['key_reused', 'id_taken']) }),
  z.object({ outcome: z.literal('running_limit'), reached: z.number(), limit: z.number() }),
  z.object({ outcome: z.literal('spending_limit'), reached: z.number(), limit: z.number(), resets_at: dateSchema }),
] as const;
const made = { outcome: z.enum(['created', 'existing']), job_id: z.uuid() };
const creationSchema = z.discriminatedUnion('outcome', [z.object(made), ...refusals]);
const runSchema = z.discriminatedUnion('outcome', [
  z.object({ ...made, kind: z.enum(['lesson', 'topic']), flavor: z.string().nullable() }),
  z.object({ outcome: z.literal('unknown_film') }),
  z.object({ outcome: z.literal('in_work') }),
  ...refusals,
]);

const stateSchema = z.object({
  job_id: z.uuid(),
  status: z.enum(['processing', 'completed', 'failed']),
  current_stage: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  progress_percentage: z.number(),
  message: z.string(),
  video_url: z.string().nullable(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  last_sequence: z.number(),
  cancel_requested_at: z.string().nullable(),
  video_metadata: z.object({
    user_id: z.uuid(),
    of_job: z.uuid().nullable(),
    partial: z.boolean(),
    cancelled: z.boolean(),
    local_video_url: z.string().nullable(),
    created_at: dateSchema,
  }),
});
const orderSchema = z.object({ user_id: z.uuid(), request: acceptedRequestSchema });
const STATE_COLUMNS =
  'job_id,status,current_stage,progress_percentage,message,video_url,error_code,error_message,last_sequence,cancel_requested_at,' +
  'video_metadata!inner(user_id,of_job,partial,cancelled,local_video_url,created_at)';

const refusalOf = (answer: z.infer<(typeof refusals)[number]>): Exclude<JobCreation, { jobId: string }> => {
  if (!('resets_at' in answer)) return answer;
  const { resets_at: resetsAt, ...refusal } = answer;
  return { ...refusal, resetsAt };
};

const creationOf = (answer: z.infer<typeof creationSchema>): JobCreation =>
  'job_id' in answer ? { outcome: answer.outcome, jobId: answer.job_id } : refusalOf(answer);

const runOf = (answer: z.infer<typeof runSchema>): RunCreation => {
  if (answer.outcome === 'unknown_film' || answer.outcome === 'in_work') return { outcome: answer.outcome };
  if (!('job_id' in answer)) return refusalOf(answer);
  return { outcome: answer.outcome, jobId: answer.job_id, kind: answer.kind, flavor: answer.flavor };
};

const runValues = (run: NewRun) => ({
  of_job: run.of,
  section_number: run.section,
  scene_code: run.sceneCode,
  idempotency_key: run.idempotencyKey,
  request_hash: run.requestHash,
  estimate_micro_dollars: run.estimateMicroDollars,
  cap_micro_dollars: run.capMicroDollars,
});

const limitValues = ({ runningJobs, dayMicroDollars }: JobLimits) => ({ running_jobs: runningJobs, day_micro_dollars: dayMicroDollars });

const stateOf = (row: z.infer<typeof stateSchema>): JobState => ({
  jobId: row.job_id,
  filmId: row.video_metadata.of_job ?? row.job_id,
  userId: row.video_metadata.user_id,
  status: row.status,
  stage: row.current_stage,
  percentage: row.progress_percentage,
  message: row.message,
  videoUrl: row.video_url,
  errorCode: row.error_code,
  errorMessage: row.error_message,
  partial: row.video_metadata.partial,
  cancelled: row.video_metadata.cancelled,
  localVideoUrl: row.video_metadata.local_video_url,
  cancelRequested: row.cancel_requested_at !== null,
  lastSequence: row.last_sequence,
  createdAt: row.video_metadata.created_at,
});

const jobValues = (job: NewJob) => ({
  job_id: job.jobId,
  idempotency_key: job.idempotencyKey,
  request_hash: job.requestHash,
  topic: job.topic,
  title: job.title,
  language: job.language,
  request: job.request,
  estimate_micro_dollars: job.estimateMicroDollars,
  cap_micro_dollars: job.capMicroDollars,
});

export const supabaseUsers = (client: SupabaseClient): Users => ({
  ensure: (subject, clerkUserId) =>
    call(client, { name: 'ensure_user', values: { p_subject: subject, p_clerk_user_id: clerkUserId } }, z.uuid()),
});

export const supabaseJobs = (client: SupabaseClient): Jobs => ({
  async create(job, limits) {
    const values = { p_user_id: job.userId, p_job: jobValues(job), p_limits: limitValues(limits) };
    return creationOf(await call(client, { name: 'create_job', values }, creationSchema));
  },
  async createRun(run, limits) {
    const values = { p_user_id: run.userId, p_run: runValues(run), p_limits: limitValues(limits) };
    return runOf(await call(client, { name: 'create_run', values }, runSchema));
  },
  async find(jobId) {
    const asked = client.from('job_progress').select(STATE_COLUMNS).eq('job_id', jobId).is('video_metadata.deleted_at', null);
    const row = await answerOf(asked.maybeSingle(), stateSchema.nullable());
    return row === null ? undefined : stateOf(row);
  },
  async order(jobId) {
    const asked = client.from('video_metadata').select('user_id,request').eq('job_id', jobId).is('deleted_at', null);
    const row = await answerOf(asked.maybeSingle(), orderSchema.nullable());
    return row === null ? undefined : { userId: row.user_id, request: row.request };
  },
  async requestCancel(jobId, userId) {
    const own = client.from('video_metadata').select('job_id').eq('job_id', jobId).eq('user_id', userId);
    const found = await answerOf(own.eq('status', 'processing').is('deleted_at', null), z.array(z.unknown()));
    if (found.length === 0) return false;
    const change = client.from('job_progress').update({ cancel_requested_at: new Date().toISOString() }).eq('job_id', jobId);
    return (await answerOf(change.eq('status', 'processing').select('job_id'), z.array(z.unknown()))).length > 0;
  },
});

const rateSchema = z.object({ allowed: z.boolean(), reached: z.number(), limit: z.number(), resets_at: dateSchema });

export const supabaseRates = (client: SupabaseClient): Rates => ({
  async take(question) {
    const values = {
      p_user_id: question.userId,
      p_name: question.name,
      p_limit: question.limit,
      p_window_seconds: question.windowSeconds,
    };
    const { resets_at: resetsAt, ...answer } = await call(client, { name: 'take_rate', values }, rateSchema);
    return { ...answer, resetsAt };
  },
});
