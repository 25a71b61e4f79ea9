import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../../support/jobs.ts';
import { raceOfRoles } from '../../support/store-race.ts';
import { type Backend, openBackend } from '../../support/supabase.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend();
});
afterAll(() => backend.close());

describe('requests at once', () => {
  it('never see with the eyes of another', async () => {
    expect(await raceOfRoles(backend, 270)).toEqual([]);
  });

  it('that were acknowledged are there, those refused are not', async () => {
    const user = await createUser(backend.service);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const userId = index % 3 === 2 ? '00000000-0000-4000-8000-000000000000' : user.id;
        return backend.service.from('video_metadata').insert({ user_id: userId, topic: 'bulk' }).select('job_id').single();
      }),
    );
    const refused = answers.filter((answer) => answer.error !== null);
    expect(new Set(refused.map((answer) => answer.error?.code))).toEqual(new Set(['23503']));
    const rows = await backend.service.from('video_metadata').select('job_id').eq('user_id', user.id);
    const acknowledged = answers.flatMap((answer) => (answer.data === null ? [] : [answer.data.job_id as string]));
    expect(acknowledged).toHaveLength(40);
    expect(rows.data?.map((row) => row.job_id as string).sort()).toEqual(acknowledged.sort());
  });
});
