import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lectern, scratchFolder } from '../support/command-line.ts';
import { type SpeechFault, startElevenLabsServer } from '../support/elevenlabs-server.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

const lesson = join(scratch.path, 'counting.md');
writeFileSync(
  lesson,
  ['---', 'title: Counting', 'quality: preview', '---', '', '## One', '', 'This is the number one.', '', '## Two', '', 'And two comes after it.', '', '## Three', '', 'Three is the last of all.', ''].join('\n'),
);

interface Report {
  partial: boolean;
  madeWith: { speech: string };
  warnings: string[];
  phases: { phase: string; section?: number; cached: boolean }[];
}

/** Makes the lesson with a provider of speech that has this fault, and what the setting says of it. */
async function narrated(name: string, fault: (call: number) => SpeechFault | undefined, setting: Record<string, string>) {
  const server = await startElevenLabsServer({ key: 'right', fault });
  const out = join(scratch.path, name);
  const data = join(scratch.path, `${name}-data`);
  const environment = { LECTERN_DATA: data, ELEVENLABS_API_KEY: 'right', ELEVENLABS_BASE_URL: server.url, ...setting };
  const ended = await lectern(['lesson', lesson, '--out', out, '--json'], environment);
  await server.close();
  const events = ended.stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string });
  const report = ended.code === 0 ? (JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report) : undefined;
  return { ended, events, report, calls: server.calls };
}

const down: SpeechFault = { kind: 'status', status: 503, retryAfterSeconds: 0 };

test('ElevenLabs narrates where its key is there', async () => {
  const { ended, report, calls } = await narrated('paid', () => undefined, {});
  expect(ended.code).toBe(0);
  expect(report?.madeWith.speech).toContain('elevenlabs');
  expect(calls.filter(({ path }) => path.includes('with-timestamps'))).toHaveLength(3);
});

test('where it stays down in the middle of a film, another voice narrates all of it', async () => {
  const { ended, report, events } = await narrated('other', (call) => (call > 1 ? down : undefined), { LECTERN_SPEECH_DOWN: 'other-voice' });
  expect(ended.code).toBe(0);
  expect(report).toMatchObject({ partial: false, madeWith: { speech: expect.stringMatching(/^espeak-ng/) as string } });
  expect(report?.warnings).toEqual([expect.stringContaining('the whole film is narrated by another')]);
  // Every section, also the one that had been narrated already.
  const narrations = report?.phases.filter(({ phase, cached }) => phase === 'narrate' && !cached).map(({ section }) => section);
  expect(new Set(narrations?.slice(-3))).toEqual(new Set([1, 2, 3]));
  expect(events.at(-1)).toMatchObject({ type: 'job.finished' });
});

test('where it stays down and no other voice is wanted, the job stops and says so', async () => {
  const { ended, events } = await narrated('stop', (call) => (call > 1 ? down : undefined), {});
  expect(ended.code).toBe(5);
  expect(events.at(-1)).toMatchObject({ type: 'job.failed', faults: [{ code: 'speech_down', retryable: true }] });
});
