import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lectern, probe, scratchFolder } from '../support/command-line.ts';

const scratch = scratchFolder();
const environment = { LECTERN_DATA: join(scratch.path, 'data') };
afterAll(scratch.remove);

const file = join(scratch.path, 'small.md');
writeFileSync(
  file,
  ['---', 'title: Small', 'voice: silent', 'quality: preview', '---', '', '## One', '', 'Here is a formula.', '', '$$', 'a + b', '$$', '', '## Two', '', 'And that is all.', ''].join('\n'),
);
const out = join(scratch.path, 'out');

interface Event {
  sequence: number;
  at: string;
  jobId: string;
  type: string;
}
const eventsOf = (stdout: string): Event[] => stdout.trim().split('\n').map((line) => JSON.parse(line) as Event);

test('--json prints the events of the log, one a line, and nothing else', async () => {
  const { code, stdout, stderr } = await lectern(['lesson', file, '--json', '--out', out], environment);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const events = eventsOf(stdout);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  expect(new Set(events.map(({ jobId }) => jobId)).size).toBe(1);
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['plan.ready', 'phase.started', 'phase.finished', 'section.progress', 'section.finished']));
  expect(events[0]?.type).toBe('job.started');
  expect(events.at(-1)).toMatchObject({ type: 'job.finished', partial: false, film: join(out, 'small.mp4') });
});

test('--json tells a bad lesson by an event with the line', async () => {
  const bad = join(scratch.path, 'bad.md');
  writeFileSync(bad, '## One\n\nHere is a formula.\n\n$$\n\\nosuchcommand\n$$\n');
  const { code, stdout, stderr } = await lectern(['lesson', bad, '--json', '--out', out], environment);
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(eventsOf(stdout).at(-1)).toMatchObject({ type: 'job.failed', faults: [{ line: 5, retryable: false }] });
});

test('without a terminal there are no control characters, the film is named on stdout, and the rest on stderr', async () => {
  const { code, stdout, stderr } = await lectern(['lesson', file, '--out', out], environment);
  expect(code).toBe(0);
  expect(stdout).toMatch(/small\.mp4 {2}0:\d\d min\n$/);
  expect(stdout.split('\n')).toHaveLength(2);
  // eslint-disable-next-line no-control-regex
  expect(stdout + stderr).not.toMatch(/\u001b/);
});

test('the front matter chooses, and the command line overrules it', async () => {
  const light = join(scratch.path, 'light');
  const { code } = await lectern(['lesson', file, '--theme', 'light', '--section', '2', '--out', light], environment);
  expect(code).toBe(0);
  const plan = JSON.parse(readFileSync(join(light, 'plan.json'), 'utf8')) as { theme: string; quality: string; voice: string; sections: { title: string }[] };
  expect(plan).toMatchObject({ theme: 'light', quality: 'preview', voice: 'silent' });
  expect(plan.sections.map(({ title }) => title)).toEqual(['Two']);
});

test('a film of one section, and a silent one, are as good as any', async () => {
  const { streams, chapters } = await probe(join(scratch.path, 'light', 'small.mp4'));
  expect(streams.map(({ codec_name }) => codec_name)).toEqual(expect.arrayContaining(['h264', 'aac', 'mov_text']));
  expect(chapters).toHaveLength(1);
});

test('stopped by its user, it says so by its status, and leaves no process and no working folder', async () => {
  const temporary = join(scratch.path, 'temporary');
  mkdirSync(temporary);
  const words = ['functions/cli.ts', 'lesson', 'examples/fourier.md', '--quality', 'standard', '--json', '--out', join(scratch.path, 'stopped')];
  const child = spawn(process.execPath, words, { env: { ...process.env, ...environment, TMPDIR: temporary }, stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
    if (text.includes('"section.progress"')) child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(code).toBe(130);
  expect(eventsOf(told).at(-1)?.type).toBe('job.cancelled');
  expect(readdirSync(temporary, { recursive: true }).filter((name) => String(name).includes('job-'))).toEqual([]);
  expect(existsSync(join(scratch.path, 'stopped'))).toBe(false);
});
