import { expect, it } from 'vitest';
import { crashRounds } from '../../support/store-crash.ts';
import { dataFolder } from '../../support/supabase.ts';

it('nothing acknowledged is lost when Postgres, PostgREST and the gateway are killed in turn under load', async () => {
  const folder = dataFolder();
  try {
    const figures = await crashRounds(folder.path, 1);
    expect(figures.refused).toBeGreaterThan(0);
    expect(figures.acknowledgedFiles).toBeGreaterThan(9);
    expect(figures.lost).toEqual([]);
  } finally {
    folder.remove();
  }
}, 180_000);
