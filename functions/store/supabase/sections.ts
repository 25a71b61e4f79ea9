import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { FilmParts, StoredSection } from '../../../shared/contract/take.ts';
import type { Sections } from '../port.ts';
import { answerOf, call } from './answers.ts';
import { dateSchema } from './rows.ts';

const numbers = { section_number: z.int(), best_take: z.int().nullable(), chosen_take: z.int().nullable() };
const outcomeSchema = z.enum(['rendered', 'card', 'failed']);
const takeSchema = z.object({
  take_number: z.int(),
  outcome: outcomeSchema,
  faults: z.int(),
  duration_seconds: z.number().nullable(),
  scene_code: z.string(),
  created_at: dateSchema,
});
const sectionSchema = z.object({ ...numbers, title: z.string(), duration_seconds: z.number().nullable(), takes: z.array(takeSchema) });

const partSchema = z.object({
  take_number: z.int(),
  outcome: outcomeSchema,
  scene_code: z.string(),
  clip_hash: z.string().nullable(),
  narration_hash: z.string().nullable(),
  spoken_by: z.string().nullable(),
  report: z.unknown(),
});
const partsSchema = z.object({ mega_plan: z.unknown(), sections: z.array(z.object({ ...numbers, takes: z.array(partSchema) })) });

const columnsOf = ({ shape }: { shape: object }): string => Object.keys(shape).join(',');
const NUMBERS = Object.keys(numbers).join(',');

const currentTake = ({ chosen_take: chosen, best_take: best }: { chosen_take: number | null; best_take: number | null }): number | null => chosen ?? best;

const sectionOf = (row: z.infer<typeof sectionSchema>): StoredSection => ({
  section: row.section_number,
  title: row.title,
  durationSeconds: row.duration_seconds,
  take: currentTake(row),
  isChosen: row.chosen_take !== null,
  takes: row.takes
    .sort((one, other) => one.take_number - other.take_number)
    .map(({ take_number: take, outcome, faults, duration_seconds: durationSeconds, scene_code: sceneCode, created_at: createdAt }) => ({
      ...{ take, outcome, faults, durationSeconds, sceneCode, createdAt },
    })),
});

const partOf = (row: z.infer<typeof partsSchema>['sections'][number]): FilmParts['takes'] => {
  const take = row.takes.find(({ take_number: number }) => number === currentTake(row));
  if (take === undefined || take.outcome === 'failed' || take.clip_hash === null) return [];
  const { outcome, scene_code: sceneCode, clip_hash: clipHash, narration_hash: narrationHash, spoken_by: spokenBy, report } = take;
  return [{ section: row.section_number, outcome, sceneCode, clipHash, narrationHash, spokenBy, report }];
};

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
      narration_hash: take.narrationHash,
      spoken_by: take.spokenBy,
      duration_seconds: take.durationSeconds,
      report: take.report,
      key: take.key,
    };
    const values = { p_job_id: jobId, p_section_number: take.section, p_take };
    return call(client, { name: 'record_take', values }, z.number());
  },
  async list(jobId) {
    const columns = `${NUMBERS},title,duration_seconds,takes(${columnsOf(takeSchema)})`;
    const asked = client.from('sections').select(columns).eq('job_id', jobId).order('section_number');
    return (await answerOf(asked, z.array(sectionSchema))).map(sectionOf);
  },
  async choose(jobId, section, take) {
    const change = client.from('sections').update({ chosen_take: take }).eq('job_id', jobId).eq('section_number', section);
    await answerOf(change.select('job_id'), z.array(z.unknown()));
  },
  async parts(jobId) {
    const columns = `mega_plan,sections(${NUMBERS},takes(${columnsOf(partSchema)}))`;
    const film = client.from('video_metadata').select(columns).eq('job_id', jobId).eq('status', 'completed').is('deleted_at', null);
    const row = await answerOf(film.maybeSingle(), partsSchema.nullable());
    if (row === null) return undefined;
    const takes = row.sections.sort((one, other) => one.section_number - other.section_number).flatMap(partOf);
    return { plan: row.mega_plan, takes };
  },
});
