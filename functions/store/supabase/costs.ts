import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { CostHistory } from '../../../shared/contract/cost.ts';
import type { Costs, PlannedCost, Reservation } from '../port.ts';
import { call } from './answers.ts';

const reservationSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('reserved'), reservation_id: z.int() }),
  z.object({ outcome: z.literal('cap'), spent: z.int(), reserved: z.int(), cap: z.int() }),
  z.object({ outcome: z.enum(['ended', 'unknown_job']) }),
]);

const historySchema = z.object({
  films: z.int(),
  topics: z.int(),
  topic_sections: z.int(),
  mended_sections: z.int(),
  calls: z.array(
    z.object({
      phase: z.string(),
      model: z.string(),
      calls: z.int(),
      jobs: z.int(),
      sections: z.int(),
      micro_dollars: z.number(),
      units: z.record(z.string(), z.number()),
    }),
  ),
  narrated_characters: z.number(),
  narrated_seconds: z.number(),
  waiting: z.array(
    z.object({ kind: z.enum(['lesson', 'topic']), quality: z.string(), jobs: z.int(), waiting_seconds: z.number(), film_seconds: z.number() }),
  ),
});

const callValues = ({ phase, section, provider, model, key }: PlannedCost) => ({
  phase,
  section_number: section,
  provider,
  model,
  call_key: key,
});

const reservationOf = (answer: z.infer<typeof reservationSchema>): Reservation => {
  if (answer.outcome === 'reserved') return { outcome: answer.outcome, reservationId: answer.reservation_id };
  if (answer.outcome !== 'cap') return { outcome: answer.outcome };
  const { outcome, spent, reserved, cap } = answer;
  return { outcome, spentMicroDollars: spent, reservedMicroDollars: reserved, capMicroDollars: cap };
};

const historyOf = (answer: z.infer<typeof historySchema>): CostHistory => ({
  films: answer.films,
  topics: answer.topics,
  topicSections: answer.topic_sections,
  mendedSections: answer.mended_sections,
  calls: answer.calls.map(({ micro_dollars: microDollars, ...each }) => ({ ...each, microDollars })),
  narratedCharacters: answer.narrated_characters,
  narratedSeconds: answer.narrated_seconds,
  waiting: answer.waiting.map(({ waiting_seconds: waitingSeconds, film_seconds: filmSeconds, ...each }) => ({ ...each, waitingSeconds, filmSeconds })),
});

export const supabaseCosts = (client: SupabaseClient): Costs => ({
  async reserve(jobId, planned) {
    const p_call = { ...callValues(planned), most_micro_dollars: planned.mostMicroDollars, made_by: planned.madeBy };
    return reservationOf(await call(client, { name: 'reserve_cost', values: { p_job_id: jobId, p_call } }, reservationSchema));
  },
  async settle(jobId, planned, { units, microDollars, cached, reservationId }) {
    const p_bill = { ...callValues(planned), units, micro_dollars: microDollars, cached };
    const values = { p_job_id: jobId, p_bill, p_reservation_id: reservationId };
    await call(client, { name: 'settle_cost', values }, z.unknown());
  },
  history: async () => historyOf(await call(client, { name: 'cost_history', values: {} }, historySchema)),
});
