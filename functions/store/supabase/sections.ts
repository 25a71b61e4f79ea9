import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { Sections } from '../port.ts';
import { call } from './answers.ts';

export const supabaseSections = (client: SupabaseClient): Sections => ({
  async plan(jobId, plan) {
    await call(client, { name: 'record_plan', values: { p_job_id: jobId, p_plan: plan } }, z.unknown());
  },
  take(jobId, take) {
    const p_take = {
      outcome: take.outcome,
      faults: take.faults,
      scene_code: take.sceneCode,
      clip_hash: take.clipHash,
      duration_seconds: take.durationSeconds,
      report: take.report,
      key: take.key,
    };
    const values = { p_job_id: jobId, p_section_number: take.section, p_take };
    return call(client, { name: 'record_take', values }, z.number());
  },
});
