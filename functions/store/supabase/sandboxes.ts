import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { RenderName, SandboxClaims } from '../../../shared/contract/sandbox.ts';
import { answerOf, call } from './answers.ts';
import { dateSchema } from './rows.ts';

const claimSchema = z.object({ sandbox_id: z.string(), claimed_at: dateSchema, found: z.boolean() }).nullable();
const changeSchema = z.object({ start: z.array(z.uuid()), end: z.array(z.string()) });

const claimValues = ({ jobId, section, renderKey, app, image }: RenderName & { app: string; image: string }) => ({ job_id: jobId, section_number: section, render_key: renderKey, app, image });

export const supabaseSandboxes = (client: SupabaseClient): SandboxClaims => ({
  async claim(wish) {
    const p_claim = { ...claimValues(wish), seconds_needed: wish.secondsNeeded };
    const claimed = await call(client, { name: 'claim_sandbox', values: { p_claim } }, claimSchema);
    return claimed === null ? undefined : { sandboxId: claimed.sandbox_id, claimedAt: claimed.claimed_at, isFound: claimed.found };
  },
  async add({ sandboxId, lifetimeSeconds, ...wish }) {
    const p_claim = { ...claimValues(wish), sandbox_id: sandboxId, lifetime_seconds: lifetimeSeconds };
    await call(client, { name: 'add_sandbox', values: { p_claim } }, z.unknown());
  },
  async remove(sandboxId) {
    await call(client, { name: 'remove_sandbox', values: { p_sandbox_id: sandboxId } }, z.unknown());
  },
  async keep({ owner, app, image, target, ageSeconds, lifetimeSeconds }) {
    const p_pool = { owner, app, image, target, age_seconds: ageSeconds, lifetime_seconds: lifetimeSeconds };
    return call(client, { name: 'keep_sandboxes', values: { p_pool } }, changeSchema);
  },
  ready: (name, sandboxId) => call(client, { name: 'ready_sandbox', values: { p_key: name, p_sandbox_id: sandboxId } }, z.boolean()),
  imageOf: ({ jobId, app, image }) => call(client, { name: 'image_of_job', values: { p_job_id: jobId, p_app: app, p_image: image } }, z.string()),
  async known() {
    const rows = await answerOf(client.from('sandboxes').select('sandbox_id').not('sandbox_id', 'is', null), z.array(z.object({ sandbox_id: z.string() })));
    return rows.map(({ sandbox_id: id }) => id);
  },
  async starting() {
    const rows = await answerOf(client.from('sandboxes').select('sandbox_key').is('sandbox_id', null), z.array(z.object({ sandbox_key: z.string() })));
    return rows.map(({ sandbox_key: name }) => name);
  },
});
