import { expect, it } from 'vitest';
import { crashRounds } from '../../support/store-crash.ts';
import { raceOfRoles } from '../../support/store-race.ts';
import { dataFolder, openBackend } from '../../support/supabase.ts';

it('six rounds of kill -9 lose nothing', async () => {
  const folder = dataFolder();
  try {
    const figures = await crashRounds(folder.path, 6);
    process.stdout.write(`${JSON.stringify({ ...figures, lost: figures.lost.length })}\n`);
    expect(figures.refused).toBeGreaterThan(0);
    expect(figures.lost).toEqual([]);
  } finally {
    folder.remove();
  }
});

it('four thousand requests of all roles at once are never mixed', async () => {
  const backend = await openBackend();
  try {
    expect(await raceOfRoles(backend, 4000)).toEqual([]);
  } finally {
    await backend.close();
  }
});
