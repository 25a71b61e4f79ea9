import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClaudeServer, FIXTURES_FOLDER, type ServedEntry, startClaudeServer } from './claude-server/claude-server.ts';
import { type Ended, lectern, loudness } from './command-line.ts';
import { expectCaptions, expectContainer } from './film-suite.ts';
import { stackOf } from './service.ts';

export interface TopicFilm {
  /** A folder of test/fixtures/claude. */
  slug: string;
  /** Sections, from 1, in whose place a title card stands: those that nothing could mend. */
  cards?: number[];
}

interface ReportedSection {
  outcome: string;
  report: {
    geometry: { severity: string }[];
    beats: { plannedStartFrame: number; actualStartFrame: number; plannedEndFrame: number; actualEndFrame: number; skipped: boolean; longestStillSeconds: number }[];
  };
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** USD per million tokens, as the provider lists them: input, output, cache read, cache write. */
const listPrices: Record<string, [number, number, number, number]> = {
  'claude-sonnet-5-5': [2, 10, 0.2, 2.5],
  'claude-haiku-5-5': [0.1, 0.5, 0.01, 0.125],
};

function microDollars({ model, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: ServedEntry): number {
  const [input, output, cacheRead, cacheWrite] = listPrices[model] ?? [NaN, NaN, NaN, NaN];
  const sum = inputTokens * input + outputTokens * output + cacheReadTokens * cacheRead + cacheWriteTokens * cacheWrite;
  return Math.ceil(Math.round(sum * 10_000) / 10_000);
}

/** What the film of every topic has to be. `folder` receives films, store and cache. */
export function topicSuite(films: TopicFilm[], folder: string, environment: Record<string, string>): void {
  let claude: ClaudeServer;
  beforeAll(async () => {
    claude = await startClaudeServer({ key: 'test-key' });
  });
  afterAll(() => claude.close());

  describe.each(films)('the film about $slug', ({ slug, cards = [] }) => {
    const { topic } = readJson(join(FIXTURES_FOLDER, slug, 'topic.json')) as { topic: string };
    const out = join(folder, slug);
    const make: Making['make'] = async () => {
      const before = claude.served.length;
      const keys = { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: claude.url };
      const ended = await lectern(['topic', topic, '--quality', 'preview', '--out', out], { ...environment, ...keys });
      return { ended, asked: claude.served.slice(before) };
    };
    const made = {} as Made;
    beforeAll(async () => void Object.assign(made, await make()));

    const making = { slug, cards, topic, out, environment, made, make };
    filmTests(making);
    moneyTests(making);
  });
}

interface Made {
  ended: Ended;
  /** What the model was asked for it. */
  asked: ServedEntry[];
}

interface Making {
  slug: string;
  cards: number[];
  topic: string;
  out: string;
  environment: Record<string, string>;
  /** The first time, once it is made. */
  made: Made;
  make: () => Promise<Made>;
}

const sectionsIn = (out: string): ReportedSection[] => readJson(join(out, 'report.json')).sections as ReportedSection[];

function filmTests({ cards, out, made }: Making): void {
  const film = (): string => join(out, readdirSync(out).find((name) => name.endsWith('.mp4')) ?? '');

  test('is whole, but for what nothing could mend', () => {
    expect(sectionsIn(out).flatMap(({ outcome }, index) => (outcome === 'card' ? [index + 1] : []))).toEqual(cards);
    expect(made.ended.code).toBe(cards.length === 0 ? 0 : 3);
    for (const name of ['poster.jpg', 'transcript.md', 'plan.json']) expect(existsSync(join(out, name)), name).toBe(true);
  });

  test('is H.264 and AAC of equal length, captioned and as loud as it should be', async () => {
    await expectContainer(film(), readJson(join(out, 'report.json')));
    await expectCaptions(film(), film().replace(/mp4$/, 'vtt'));
    expect(Math.abs((await loudness(film())) - -16)).toBeLessThanOrEqual(1);
  });

  test('keeps time, is never still for long while somebody speaks, and has no grave fault in its picture', () => {
    for (const { report } of sectionsIn(out).filter(({ outcome }) => outcome === 'rendered')) {
      expect(report.geometry.filter(({ severity }) => severity === 'repair')).toEqual([]);
      for (const beat of report.beats) {
        expect(beat.actualStartFrame).toBe(beat.plannedStartFrame);
        expect(beat.actualEndFrame).toBe(beat.plannedEndFrame);
        expect(beat.skipped).toBe(false);
        expect(beat.longestStillSeconds).toBeLessThanOrEqual(6);
      }
    }
  });
}

function moneyTests({ slug, cards, topic, out, environment, made, make }: Making): void {
  test('asks for what its fixture says, and for a mending where there is one', () => {
    const mends = readdirSync(join(FIXTURES_FOLDER, slug)).filter((name) => /^section-\d+\.repaired\.md$/.test(name)).length;
    expect(made.asked.every(({ status }) => status === 200)).toBe(true);
    expect(made.asked.filter(({ kind }) => kind === 'scene')).toHaveLength(sectionsIn(out).length);
    expect(made.asked.filter(({ kind }) => kind === 'scene-mend')).toHaveLength(mends);
  });

  test('costs to the micro-dollar what the provider counted', async () => {
    const { values, leave } = await stackOf(environment);
    const headers = { apikey: values['SUPABASE_SECRET_KEY'] ?? '', authorization: `Bearer ${values['SUPABASE_SECRET_KEY']}` };
    const rows = async (path: string) => (await (await fetch(`${values['SUPABASE_URL']}/rest/v1/${path}`, { headers })).json()) as Record<string, never>[];
    const [job] = await rows(`video_metadata?topic=eq.${encodeURIComponent(topic)}&order=created_at.asc&select=job_id,cost_breakdown,status,partial`);
    const entries = await rows(`cost_entries?job_id=eq.${String(job?.['job_id'])}&select=micro_dollars,provider,cached`);
    await leave();
    const sum = entries.reduce((total, entry) => total + Number(entry['micro_dollars']), 0);
    expect(sum).toBe(made.asked.reduce((total, entry) => total + microDollars(entry), 0));
    expect(job).toMatchObject({ status: 'completed', partial: cards.length > 0, cost_breakdown: { total_micro_dollars: sum } });
  });

  test('is found, and buys nothing, when it is made again', async () => {
    const again = await make();
    expect(again.ended.code).toBe(made.ended.code);
    expect(again.asked).toEqual([]);
    for (const time of readJson(join(out, 'report.json')).phases) {
      if (['narrate', 'code', 'render', 'stitch'].includes(time.phase)) expect(time).toMatchObject({ cached: true });
    }
  });
}
