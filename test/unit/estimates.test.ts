import { describe, expect, test } from 'vitest';
import { estimateFilm, type EstimateQuestion } from '../../functions/estimates/estimate.ts';
import { filmEstimator } from '../../functions/estimates/estimator.ts';
import { recentHistory } from '../../functions/estimates/recent-history.ts';
import { estimateLines } from '../../functions/estimates/view.ts';
import type { CostHistory } from '../../shared/contract/cost.ts';
import { estimateSchema } from '../../shared/contract/estimate.ts';
import type { Flavor } from '../../shared/contract/flavor.ts';

const models = { plan: 'large', scene: 'large', repair: 'small' };
const flavor: Flavor = {
  name: 'default',
  plan: { outline: 'o'.repeat(3500), sections: 's'.repeat(3500) },
  scene: { scene: 's'.repeat(7000), examples: [] },
  repair: { outline: 'o', section: 's', scene: 's', picture: 'p' },
  parameters: {
    models,
    seconds: 180,
    sections: { fewest: 3, most: 6 },
    quality: 'standard',
    theme: 'dark',
    picture_faults: 1,
    output_tokens: { outline: 4000, sections: 12_000, scene: 8000, repair: 8000 },
  },
};

/** Two micro-dollars a token in, ten a token out, a tenth where it is read from a cache; the small one a twentieth of that. */
const prices = {
  provider: () => 'anthropic',
  microDollars: (model: string, usage: { inputTokens: number; cacheReadTokens: number; cacheWriteTokens: number; outputTokens: number }) =>
    Math.ceil((2 * usage.inputTokens + 0.2 * usage.cacheReadTokens + 2.5 * usage.cacheWriteTokens + 10 * usage.outputTokens) / (model === 'small' ? 20 : 1)),
};
const speechCharge = (characters: number) => ({ provider: 'elevenlabs', model: 'voice', microDollars: characters * 100 });
const question = { kind: 'topic', flavor, prices, hasImage: false, quality: 'standard', history: undefined, speechCharge } satisfies EstimateQuestion;

const units = { input_tokens: 10_000, cache_read_tokens: 100_000, cache_write_tokens: 5000, output_tokens: 20_000 };
const history: CostHistory = {
  films: 9,
  topics: 4,
  topicSections: 20,
  mendedSections: 2,
  calls: [
    { phase: 'plan', model: 'large', calls: 8, jobs: 4, sections: 4, microDollars: 0, units: { input_tokens: 16_000, output_tokens: 10_000 } },
    { phase: 'code', model: 'large', calls: 20, jobs: 4, sections: 20, microDollars: 0, units },
    { phase: 'repair', model: 'another', calls: 2, jobs: 2, sections: 2, microDollars: 0, units: { output_tokens: 1 } },
  ],
  narratedCharacters: 6000,
  narratedSeconds: 400,
  waiting: [
    { kind: 'topic', quality: 'standard', jobs: 4, waitingSeconds: 400, filmSeconds: 800 },
    { kind: 'lesson', quality: 'standard', jobs: 4, waitingSeconds: 80, filmSeconds: 800 },
  ],
};
const useOf = (estimate: ReturnType<typeof estimateFilm>, name: string) => {
  const use = estimate.uses.find((each) => each.use === name);
  if (use === undefined) throw new Error(`no use ${name}`);
  return use;
};

describe('an estimate of a topic', () => {
  test('without films to go by takes what is usual, and says so', () => {
    const estimate = estimateFilm(question);
    expect(estimateSchema.parse(estimate)).toEqual(estimate);
    expect(estimate).toMatchObject({ sections: { expected: 5, most: 6 }, filmSeconds: 180, characters: 2250 });
    expect(new Set(estimate.uses.map(({ basis }) => basis))).toEqual(new Set(['defaults']));
    expect(estimate.basis).toEqual({ films: 0, topics: 0, waiting: 'defaults', note: 'From what is usual: this store has too few films yet to tell.' });
    expect(estimate.waitingSeconds).toBeGreaterThan(60);
  });

  test('adds up: the whole is the sum of its uses, and never more than the most', () => {
    for (const seconds of [20, 60, 180, 600, 1800]) {
      for (const known of [undefined, history]) {
        const estimate = estimateFilm({ ...question, seconds, history: known });
        for (const part of ['inputTokens', 'outputTokens', 'microDollars'] as const) {
          expect(estimate[part].expected).toBe(estimate.uses.reduce((sum, use) => sum + use[part].expected, 0));
          expect(estimate[part].most).toBe(estimate.uses.reduce((sum, use) => sum + use[part].most, 0));
          for (const use of estimate.uses) expect(use[part].most).toBeGreaterThanOrEqual(use[part].expected);
        }
        expect(estimate.sections.most).toBeGreaterThanOrEqual(estimate.sections.expected);
        expect(Number.isInteger(estimate.microDollars.expected) && Number.isInteger(estimate.microDollars.most)).toBe(true);
      }
    }
  });

  test.each([
    [20, 1, 6],
    [100, 3, 6],
    [600, 7, 7],
  ])('of %i s counts on as many sections as its outline may have', (seconds, expected, most) => {
    expect(estimateFilm({ ...question, seconds }).sections).toEqual({ expected, most });
  });

  test('takes averages of earlier films where they tell, and what is usual for the rest', () => {
    const estimate = estimateFilm({ ...question, history });
    // 20 sections took 20,000 tokens of reply to draw and 10,000 to plan: five take a quarter.
    expect(useOf(estimate, 'scenes')).toMatchObject({ basis: 'history', outputTokens: { expected: 5000 }, inputTokens: { expected: 28_750 } });
    expect(useOf(estimate, 'plan')).toMatchObject({ basis: 'history', outputTokens: { expected: 2500 }, inputTokens: { expected: 4000 } });
    expect(useOf(estimate, 'scenes').microDollars.expected).toBe(5 * (2 * 500 + 0.2 * 5000 + 2.5 * 250 + 10 * 1000));
    // One section in ten was mended, by a model that does not do it any more.
    expect(useOf(estimate, 'mending')).toMatchObject({ basis: 'defaults', calls: { expected: 0.5, most: 6 } });
    expect(useOf(estimate, 'speech')).toMatchObject({ basis: 'history', characters: 180 * 15, microDollars: { expected: 270_000 } });
    expect(estimate).toMatchObject({ waitingSeconds: 90, basis: { films: 9, topics: 4, waiting: 'history' } });
    expect(estimate.basis.note).toMatch(/9, of which 4 from a topic.*usual where they do not tell/);
  });

  test('trusts no more than a handful of sections', () => {
    const few = { ...history, topicSections: 3, narratedSeconds: 20, waiting: [] };
    const estimate = estimateFilm({ ...question, history: few });
    expect(estimate.uses.map(({ basis }) => basis)).toEqual(['defaults', 'defaults', 'defaults', 'defaults']);
  });

  test('costs more for an image, for a longer film, and for speech that is paid', () => {
    const { microDollars } = estimateFilm(question);
    expect(estimateFilm({ ...question, hasImage: true }).microDollars.expected).toBeGreaterThan(microDollars.expected);
    expect(estimateFilm({ ...question, seconds: 400 }).microDollars.expected).toBeGreaterThan(microDollars.expected);
    const silent = estimateFilm({ ...question, speechCharge: () => ({ provider: 'silent', model: 'silent', microDollars: 0 }) });
    expect(microDollars.expected - silent.microDollars.expected).toBe(225_000);
  });
});

describe('an estimate of a lesson', () => {
  const lesson = { kind: 'lesson', sections: 3, characters: 1500, quality: 'standard', history, speechCharge } satisfies EstimateQuestion;

  test('asks no model, and knows everything but how fast it is spoken', () => {
    const estimate = estimateFilm(lesson);
    expect(estimate).toMatchObject({ sections: { expected: 3, most: 3 }, characters: 1500, filmSeconds: 100, waitingSeconds: 10, inputTokens: { most: 0 }, outputTokens: { most: 0 } });
    expect(estimate.microDollars).toEqual({ expected: 150_000, most: 150_000 });
    expect(estimate.basis.note).toMatch(/^From the latest films of this store \(9, of which 4 from a topic\)\.$/);
  });

  test('is refused for a topic where nothing plans', async () => {
    const estimate = filmEstimator({ history: async () => undefined, speech: { price: () => ({ ...speechCharge(0), units: {} }) }, lessonPlanner: () => Promise.reject(new Error('not asked')) as never });
    await expect(estimate({ topic: 'Primes', flavor: 'default' })).rejects.toMatchObject({ code: 'no_planner' });
  });
});

describe('the view of an estimate', () => {
  test('tells people what it is of and what it comes to, in 80 columns', () => {
    const long = { ...flavor, parameters: { ...flavor.parameters, models: { ...models, scene: 'a-model-with-a-name-that-nobody-can-remember' } } };
    const lines = estimateLines(estimateFilm({ ...question, flavor: long, seconds: 1800, history }));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const text = estimateLines(estimateFilm(question)).join('\n');
    expect(text).toContain('About 3 min 0 s of film in 5 sections (6 at most), 2,250 characters spoken.');
    expect(text).toMatch(/^plan {5}large +2 +[\d,]+ +2,620 +\$0\.\d\d +\$\d\.\d\d$/m);
    expect(text).toMatch(/^mending {2}small +1\.3 +[\d,]+ +[\d,]+ +< \$0\.01 +\$\d\.\d\d$/m);
    expect(text).toMatch(/^speech {3}voice +5 +2,250 +\$0\.2[23] +\$0\.34$/m);
    expect(text).toMatch(/^together +[\d,]+ +[\d,]+ +\$0\.\d\d +\$\d\.\d\d$/m);
  });
});

test('history is asked for again after a while, and at once when it could not be had', async () => {
  let asked = 0;
  let now = 0;
  const read = recentHistory(
    () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('away')) : Promise.resolve(history);
    },
    () => new Date(now),
  );
  await expect(read()).rejects.toThrow('away');
  expect(await Promise.all([read(), read()])).toEqual([history, history]);
  expect(asked).toBe(2);
  now = 59_000;
  await read();
  expect(asked).toBe(2);
  now = 61_000;
  await read();
  expect(asked).toBe(3);
});
