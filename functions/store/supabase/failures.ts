import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { Failures } from '../port.ts';
import { call } from './answers.ts';

const counts = { failures: z.int(), mended_by_fix: z.int(), mended_by_model: z.int(), unmended: z.int() };
const summarySchema = z.object({
  failures: z.int(),
  recovered: z.int(),
  classes: z.array(z.object({ ...counts, error_class: z.string() })),
  writers: z.array(z.object({ ...counts, model: z.string(), prompt_version: z.string() })),
  rules: z.array(z.object({ rule: z.string(), failures: z.int(), recovered: z.int() })),
});

interface CountsRow {
  failures: number;
  mended_by_fix: number;
  mended_by_model: number;
  unmended: number;
}
const countsOf = ({ failures, mended_by_fix: mendedByFix, mended_by_model: mendedByModel, unmended }: CountsRow) => ({
  failures,
  mendedByFix,
  mendedByModel,
  unmended,
});

export const supabaseFailures = (client: SupabaseClient): Failures => ({
  async record(jobId, failure) {
    const p_failure = {
      id: failure.id,
      section_number: failure.section,
      phase: failure.phase,
      kind: failure.kind,
      error_class: failure.errorClass,
      rule: failure.rule,
      found: failure.found,
      message: failure.message,
      mended_by: failure.mendedBy,
      recovered: failure.recovered,
      model: failure.model,
      prompt_version: failure.promptVersion,
    };
    await call(client, { name: 'record_failure', values: { p_job_id: jobId, p_failure } }, z.unknown());
  },
  async summary(days) {
    const { failures, recovered, classes, writers, rules } = await call(
      client,
      { name: 'failure_summary', values: { p_days: days } },
      summarySchema,
    );
    return {
      failures,
      recovered,
      classes: classes.map((row) => ({ errorClass: row.error_class, ...countsOf(row) })),
      writers: writers.map((row) => ({ model: row.model, promptVersion: row.prompt_version, ...countsOf(row) })),
      rules,
    };
  },
});
