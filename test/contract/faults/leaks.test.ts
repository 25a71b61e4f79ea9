import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../support/command-line.ts';
import { FaultStudio, type FilmEnd } from '../../support/fault-studio.ts';
import { allPlants, hostileFilms, plantedKeys, plantsIn } from '../../support/plants.ts';
import { failuresIn } from '../../support/sentry-server.ts';
import { openWatched, watchedFilm, type Watched } from '../../support/watched-film.ts';

const folder = scratchFolder();
let studio: FaultStudio;
beforeAll(() => {
  studio = new FaultStudio(folder.path);
});
afterAll(() => folder.remove());

async function makeHostileFilms(watched: Watched): Promise<Record<string, FilmEnd>> {
  const ends: Record<string, FilmEnd> = {};
  for (const { name, fault, changes } of hostileFilms) {
    ends[name] = await studio.film(fault, watchedFilm(watched, { ...changes, keys: { claude: plantedKeys.claude, elevenLabs: plantedKeys.elevenLabs } }));
  }
  return ends;
}

describe('errors that quote all that was in hand', () => {
  let watched: Watched;
  let ends: Record<string, FilmEnd>;
  beforeAll(async () => {
    watched = await openWatched({ scrubbing: true });
    ends = await makeHostileFilms(watched);
    await watched.close();
  });

  it('are told to Sentry and in the log, and nothing of what they quote', () => {
    expect(plantsIn(watched.sentry.received())).toEqual([]);
    expect(plantsIn(watched.logged())).toEqual([]);
    expect(watched.sentry.received()).not.toContain(watched.sentry.dsn);
  });

  it('say what failed and where', () => {
    expect(Object.fromEntries(Object.entries(ends).map(([name, { outcome, code }]) => [name, code ?? outcome]))).toEqual({
      'setting formulas fails': 'unexpected',
      'the voice fails': 'unexpected',
      'drawing fails': 'unexpected',
      'publishing fails': 'unexpected',
      'ffmpeg fails and quotes what it read': 'media_failed',
      'no request can be made': 'llm_unreachable',
      'a scene fails and quotes what it shows': 'whole',
    });
    const failures = failuresIn(watched.sentry);
    expect(failures.map(({ event }) => event.fingerprint?.join(' ') ?? event.exception.values.map(({ type }) => type).join(' < ')).sort()).toEqual([
      ...Array<string>(4).fill('TypeError < Error'),
      'job llm_unreachable',
      'job media_failed',
      ...failures.filter(({ scene }) => scene !== undefined).map(() => 'scene NameError'),
    ]);
    expect(watched.logged().split('\n').filter((line) => line.includes('"level":"error"'))).toHaveLength(4);
    expect(watched.logged()).toContain('test/support/plants.ts');
  });

  it('leave of a scene what shows why it failed', () => {
    const { scene } = failuresIn(watched.sentry).find((failure) => failure.scene !== undefined) ?? {};
    expect(scene).toContain('self.play(ShowCreationOf(loaf, about=Text("37 characters")))');
    expect(scene?.split('\n')).toHaveLength(14);
  });
});

it('finds every plant where nothing is scrubbed', async () => {
  const watched = await openWatched({ scrubbing: false });
  await makeHostileFilms(watched);
  await watched.close();
  expect(plantsIn(watched.sentry.received())).toEqual(allPlants);
  expect(plantsIn(watched.logged())).toEqual(allPlants);
});
