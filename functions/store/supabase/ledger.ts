import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { Costs, Sections } from '../port.ts';
import { call } from './answers.ts';

export const supabaseCosts = (client: SupabaseClient): Costs => ({
  async record(jobId, entries) {
    const p_entries = entries.map((entry) => ({
      section_number: entry.section,
      phase: entry.phase,
      provider: entry.provider,
      model: entry.model,
      units: entry.units,
      micro_dollars: entry.microDollars,
      cached: entry.cached,
      entry_key: entry.key,
    }));
    await call(client, { name: 'record_costs', values: { p_job_id: jobId, p_entries } }, z.unknown());
  },
});

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
    };
    const values = { p_job_id: jobId, p_section_number: take.section, p_take };
    return call(client, { name: 'record_take', values }, z.number());
  },
});
