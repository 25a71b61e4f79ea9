import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { ErrorLog, ErrorLogs } from '../port.ts';
import { answerOf } from './answers.ts';
import { dateSchema } from './rows.ts';

const BUCKET = 'error-logs';
const URL_SECONDS = 3600;
const rowSchema = z.object({
  section_number: z.number().nullable(),
  phase: z.string(),
  attempt: z.number(),
  code: z.string(),
  message: z.string(),
  log_path: z.string(),
  scene_code_path: z.string().nullable(),
  created_at: dateSchema,
});
const COLUMNS = Object.keys(rowSchema.shape).join(',');

const document = (log: ErrorLog): string => {
  const { code, message, phase, attempt, command, stdout, stderr, section } = log;
  return JSON.stringify({ code, message, phase, section, attempt, command, stdout, stderr }, null, 2);
};

/** Storage first, then the row that points to it: a row never points to nothing. */
const record = async (client: SupabaseClient, log: ErrorLog): Promise<void> => {
  const bucket = client.storage.from(BUCKET);
  const { id = randomUUID() } = log;
  const folder = `${log.userId}/${log.jobId}/${id}`;
  const logPath = `${folder}/log.json`;
  await answerOf(bucket.upload(logPath, document(log), { contentType: 'application/json', upsert: true }), z.unknown());
  const sceneCodePath = log.sceneCode === undefined ? null : `${folder}/scene.py`;
  if (sceneCodePath !== null) {
    await answerOf(bucket.upload(sceneCodePath, log.sceneCode ?? '', { contentType: 'text/x-python', upsert: true }), z.unknown());
  }
  const row = {
    id,
    user_id: log.userId,
    job_id: log.jobId,
    section_number: log.section ?? null,
    phase: log.phase,
    attempt: log.attempt,
    code: log.code,
    message: log.message,
    log_path: logPath,
    scene_code_path: sceneCodePath,
  };
  await answerOf(client.from('error_logs').upsert(row, { ignoreDuplicates: true }), z.unknown());
};

export const supabaseErrorLogs = (client: SupabaseClient): ErrorLogs => {
  const signed = async (path: string): Promise<string> =>
    (await answerOf(client.storage.from(BUCKET).createSignedUrl(path, URL_SECONDS), z.object({ signedUrl: z.string() }))).signedUrl;
  return {
    record: (log) => record(client, log),
    async list(jobId, userId) {
      const asked = client.from('error_logs').select(COLUMNS).eq('job_id', jobId).eq('user_id', userId).order('created_at');
      const rows = await answerOf(asked, z.array(rowSchema));
      return Promise.all(
        rows.map(async (row) => ({
          section: row.section_number,
          phase: row.phase,
          attempt: row.attempt,
          code: row.code,
          message: row.message,
          createdAt: row.created_at,
          logUrl: await signed(row.log_path),
          sceneCodeUrl: row.scene_code_path === null ? null : await signed(row.scene_code_path),
        })),
      );
    },
  };
};
