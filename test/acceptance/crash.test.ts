import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openFleet } from '../support/durable/fleet.ts';
import { makeKilledFilm, stepsRerun } from '../support/durable/killed-film.ts';
import { startMeteredProviders } from '../support/durable/metered-providers.ts';
import { tokensOf } from '../support/llm-wire/script.ts';
import { until } from '../support/service.ts';

const checkout = new URL('../..', import.meta.url).pathname;

test('a worker that is killed in the middle of a film costs no more than the calls that were under way', async () => {
  const child = spawn(process.execPath, ['test/bench/crash.ts', '--points', '2'], { cwd: checkout, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await new Promise((resolve) => child.once('close', resolve));
  const figures = JSON.parse(stdout.trim().split('\n').at(-1) || '{}') as Record<string, number>;
  expect(figures, stderr).toMatchObject({ kills: 2, films_equal: 2, steps_rerun: 0, stuck: 0 });
  expect(figures['possibly_billed'], stderr).toBe(figures['in_flight_at_kill']);
});

test('sections that had come when a worker was killed in the middle of the plan are kept, and only the others are asked for', async () => {
  const providers = await startMeteredProviders();
  const fleet = await openFleet(providers.environment);
  try {
    const isPlanned = (section: number) => async (jobId: string): Promise<unknown> =>
      until(async () => {
        const { rows } = await fleet.database.query("select from public.job_events where job_id = $1 and type = 'phase.finished' and data @> $2", [jobId, { phase: 'plan', section }]);
        return rows.length > 0;
      });
    // The second call is the plan's sections: half of its text comes, and with it the first of them.
    const made = await makeKilledFilm({ fleet, providers }, { at: 'answer', number: 2 }, isPlanned(1));
    expect(made.outcome, made.log.slice(-4000)).toBe('job.finished');
    expect(await stepsRerun(fleet, made)).toBe(0);
    const { sections } = JSON.parse(readFileSync(`${checkout}/test/fixtures/claude-short/seasons/sections.json`, 'utf8')) as { sections: unknown[] };
    const [whole, rest, ...more] = providers.claude.served.filter(({ kind }) => kind === 'sections');
    expect([whole?.status, rest?.outputTokens, more]).toEqual([200, tokensOf(JSON.stringify({ sections: sections.slice(1) })), []]);
    expect(made.kill?.inFlight).toBeGreaterThan(0);
  } finally {
    await fleet.close();
    await providers.close();
  }
});
