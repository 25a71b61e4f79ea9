import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

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
