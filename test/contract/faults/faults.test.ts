import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../support/command-line.ts';
import { type FaultCase, faultCases, unharmedCases } from '../../support/fault-cases.ts';
import { type FilmEnd, FaultStudio } from '../../support/fault-studio.ts';
import { plantedKeys, plantsIn } from '../../support/plants.ts';
import { failuresIn } from '../../support/sentry-server.ts';
import { openWatched, type Watched, watchedFilm } from '../../support/watched-film.ts';
import { billsOf, countedMicroDollars, faultTable, listedMicroDollars } from '../../support/fault-table.ts';

const folder = scratchFolder();
let watched: Watched;
const rows: { row: FaultCase; end: FilmEnd }[] = [];

/** Films at once: most of what one does is to wait for a local server. */
const SIDE_BY_SIDE = 4;

beforeAll(async () => {
  const studio = new FaultStudio(folder.path);
  watched = await openWatched({ scrubbing: true });
  const make = ({ film }: FaultCase): Promise<FilmEnd> => studio.film(film, watchedFilm(watched, { keys: plantedKeys }));
  // Alone: the others find their pictures.
  for (const row of unharmedCases) rows.push({ row, end: await make(row) });
  const left = faultCases.map((row, index) => [index + unharmedCases.length, row] as const);
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, row] = next;
      rows[index] = { row, end: await make(row) };
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
}, 240_000);
afterAll(async () => {
  await watched.close();
  folder.remove();
});

describe('every fault of a provider, in every phase', () => {
  it('ends the film as the table says, and is metered as it says', async () => {
    await expect(faultTable(rows)).toMatchFileSnapshot('../../golden/faults.txt');
  });

  it('ends a job by one event that says how, and foreseen', () => {
    for (const { row, end } of rows) {
      const last = end.events.at(-1);
      expect(last?.type, JSON.stringify(row)).toBe(end.outcome === 'failed' ? 'job.failed' : 'job.finished');
      expect(end.events.filter(({ type }) => ['job.failed', 'job.finished', 'job.cancelled'].includes(type))).toHaveLength(1);
      expect(end.code, JSON.stringify(row)).not.toBe('unexpected');
    }
  });

  it('costs what the provider counted, to the micro-dollar, and never more than was set aside', () => {
    for (const { row, end } of rows) {
      const { models, whole, estimated } = billsOf(end);
      const told = JSON.stringify(row);
      expect(whole.reduce((sum, { bill }) => sum + bill.microDollars, 0), told).toBe(countedMicroDollars(end));
      for (const { call, bill } of models) {
        const { input_tokens: inputTokens = NaN, output_tokens: outputTokens = NaN } = bill.units;
        expect(bill.microDollars, told).toBe(listedMicroDollars(call.model, { inputTokens, outputTokens }));
        expect(bill.microDollars, told).toBeLessThanOrEqual(call.mostMicroDollars);
      }
      for (const { bill } of estimated) expect(bill.microDollars, told).toBeGreaterThan(0);
    }
  });

  it('is told to Sentry and in the log, and nothing of the lesson with it', async () => {
    await watched.watch.close();
    expect(plantsIn(watched.sentry.received())).toEqual([]);
    expect(plantsIn(watched.logged())).toEqual([]);
    const jobs = new Set(failuresIn(watched.sentry).map(({ event }) => event.tags['job']));
    for (const { row, end } of rows.filter(({ end: { code } }) => code !== undefined && code !== 'cost_cap')) {
      expect(jobs, JSON.stringify(row)).toContain(end.events[0]?.jobId);
    }
  });

  it('asks no more often than patience has it', () => {
    for (const { row, end } of rows) expect(end.served.length, JSON.stringify(row)).toBeLessThanOrEqual(30);
  });
});
