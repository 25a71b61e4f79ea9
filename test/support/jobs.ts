import { createHash, randomBytes } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { unique } from './supabase.ts';

/** The answer's data; a failed call fails the test with what the server said. */
export const dataOf = <T>(answer: { data: T; error: { message: string; code?: string } | null }): NonNullable<T> => {
  if (answer.error !== null) throw new Error(`${answer.error.code ?? ''} ${answer.error.message}`);
  if (answer.data === null || answer.data === undefined) throw new Error('the answer has no data');
  return answer.data;
};

export interface TestUser {
  id: string;
  subject: string;
}

export const createUser = async (service: SupabaseClient, word = 'user'): Promise<TestUser> => {
  const subject = unique(word);
  return { subject, id: dataOf(await service.rpc('ensure_user', { p_subject: subject })) as string };
};

export interface CreateAnswer {
  outcome: string;
  job_id: string;
  reached?: number;
  limit?: number;
  resets_at?: string;
}

export const createJob = async (
  service: SupabaseClient,
  user: TestUser,
  job: Record<string, unknown> = {},
): Promise<CreateAnswer> =>
  dataOf(
    await service.rpc('create_job', {
      p_user_id: user.id,
      p_job: { topic: 'Limits', title: 'Limits', request_hash: 'h', ...job },
      p_limits: (job['limits'] as object | undefined) ?? {},
    }),
  ) as CreateAnswer;

/** Bytes that begin as an MP4 does. */
export const filmBytes = (sizeBytes: number): Buffer => {
  const head = Buffer.from('000000206674797069736f6d0000020069736f6d69736f32617663316d703431', 'hex');
  return Buffer.concat([head, randomBytes(sizeBytes - head.length)]);
};

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
