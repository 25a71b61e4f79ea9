import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lectern, scratchFolder } from '../support/command-line.ts';
import { runTool } from '../support/media-tools.ts';
import { audioLagSeconds, soundOf, soundOnsets, visualOnsets } from '../support/sync.ts';

const SECTIONS = 2;
const BEATS = 16;
const FRAME_SECONDS = 1 / 30;
/** espeak-ng's own word times lie up to 53 ms before the sound is heard, on stop consonants most. */
const VOICE_ONSET_SECONDS = 0.06;
const numbers = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen'.split(' ');

/** In each beat a white square appears in a place of its own, without a fade. */
const scene = `\`\`\`manim
from manim import *
from lectern_render import LessonScene

class Squares(LessonScene):
    def construct(self):
        for k in range(${BEATS}):
            with self.beat(k):
                place = [-4.5 + 3 * (k % 4), 2.25 - 1.5 * (k // 4), 0]
                self.add(Square(1, fill_opacity=1, fill_color=WHITE, stroke_width=0).move_to(place))
\`\`\``;
const lesson = [
  '---\ntitle: In time\n---\n',
  ...Array.from({ length: SECTIONS }, (_, index) => `## Part ${numbers[index]}\n\n${numbers.map((number) => `Number ${number}.`).join('\n\n')}\n\n${scene}\n`),
].join('\n');

/** The middle of the square of beat k, in the pixels of 720p, where a unit is 90 of them. */
const middleOf = (beat: number) => ({ x: Math.round((7.111 - 4.5 + 3 * (beat % 4)) * 90) - 30, y: Math.round((4 - 2.25 + 1.5 * Math.floor(beat / 4)) * 90) - 30, width: 60, height: 60 });

const scratch = scratchFolder();
const film = join(scratch.path, 'out', 'lesson.mp4');
afterAll(scratch.remove);

interface Report {
  sections: { startSeconds: number; frames: number; report: { beats: { plannedStartFrame: number }[] } }[];
}
let report: Report;
let workFolder: string | undefined;

beforeAll(async () => {
  const file = join(scratch.path, 'lesson.md');
  writeFileSync(file, lesson);
  const { code, stderr } = await lectern(['lesson', file, '--quality', 'standard', '--keep-work', '--out', join(scratch.path, 'out')], { LECTERN_DATA: join(scratch.path, 'data') });
  expect(stderr).not.toContain('title card');
  expect(code).toBe(0);
  workFolder = /kept in (\S+)/.exec(stderr)?.[1];
  report = JSON.parse(readFileSync(join(scratch.path, 'out', 'report.json'), 'utf8')) as Report;
});
afterAll(() => workFolder && rmSync(workFolder, { recursive: true, force: true }));

/** The beats that something appears in: the first of a section starts with it, and has nothing before it to differ from. */
const plannedSeconds = (): number[] =>
  report.sections.flatMap(({ startSeconds, report: { beats } }) => beats.slice(1).map(({ plannedStartFrame }) => startSeconds + plannedStartFrame * FRAME_SECONDS));

/** Enough sound to tell a lag from: half of a section. */
const heardPart = (sound: Float32Array): Float32Array => sound.subarray(0, 12 * 48_000);

/** When the square of each of these beats is first seen, section after section. */
async function seenSeconds(path: string): Promise<number[]> {
  const perBeat = await Promise.all(Array.from({ length: BEATS - 1 }, (_, index) => visualOnsets(path, middleOf(index + 1))));
  return report.sections.flatMap(({ startSeconds, frames }) => {
    const end = startSeconds + frames * FRAME_SECONDS;
    // At a section's start the squares of the one before vanish, which is a change too.
    return perBeat.map((onsets) => onsets.find((onset) => onset > startSeconds + 3.5 * FRAME_SECONDS && onset < end) ?? Infinity);
  });
}

const worst = (found: number[], meant: number[]): number => Math.max(...found.map((seconds, index) => Math.abs(seconds - (meant[index] as number))));

/** A section's narration among the working folders that were kept. */
function narrationOf(section: number): string {
  if (workFolder === undefined) throw new Error('The command line did not say where it kept its working folders.');
  const folder = readdirSync(workFolder).find((name) => name.startsWith(`narration-${section}-`));
  return join(workFolder, folder ?? '', 'narration.wav');
}

/** The narration of all sections as it was before the film was made. */
async function narration(): Promise<Float32Array> {
  const sounds = await Promise.all(Array.from({ length: SECTIONS }, (_, index) => soundOf(narrationOf(index + 1))));
  const all = new Float32Array(sounds.reduce((sum, sound) => sum + sound.length, 0));
  let place = 0;
  for (const sound of sounds) {
    all.set(sound, place);
    place += sound.length;
  }
  return all;
}

/** The film with its picture late, or its sound early. */
async function shifted(filters: string[]): Promise<string> {
  const path = join(scratch.path, `${filters[0]?.slice(1)}.mp4`);
  await runTool('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-i', film, '-map', '0:v:0', '-map', '0:a', ...filters, '-preset', 'ultrafast', path]);
  return path;
}

test('thirty beats are seen within one frame of their times', async () => {
  const planned = plannedSeconds();
  expect(planned).toHaveLength(30);
  const seen = await seenSeconds(film);
  expect(worst(seen, planned)).toBeLessThanOrEqual(FRAME_SECONDS + 1e-6);
});

test('what is seen and what is heard start together', async () => {
  const heard = soundOnsets(await soundOf(film), 0.02);
  const seen = await seenSeconds(film);
  const nearest = seen.map((seconds) => heard.reduce((best, onset) => (Math.abs(onset - seconds) < Math.abs(best - seconds) ? onset : best), Infinity));
  expect(worst(nearest, seen)).toBeLessThanOrEqual(FRAME_SECONDS + VOICE_ONSET_SECONDS);
});

test('the film’s sound lags its narration by at most 2 ms', async () => {
  expect(Math.abs(audioLagSeconds(heardPart(await soundOf(film)), heardPart(await narration())))).toBeLessThanOrEqual(0.002);
});

test('picture and sound of every section are equally long, to one frame', async () => {
  for (const [index, { frames }] of report.sections.entries()) {
    const sound = await soundOf(narrationOf(index + 1));
    expect(Math.abs(sound.length / 48_000 - frames * FRAME_SECONDS)).toBeLessThan(FRAME_SECONDS);
  }
});

test('a picture that is two frames late is found out', async () => {
  const late = await shifted(['-vf', 'tpad=start=2', '-c:a', 'copy']);
  expect(worst(await seenSeconds(late), plannedSeconds())).toBeGreaterThan(1.5 * FRAME_SECONDS);
});

test('a sound that is 100 ms early is found out', async () => {
  const early = await shifted(['-af', 'atrim=start=0.1,asetpts=PTS-STARTPTS', '-c:v', 'copy']);
  expect(audioLagSeconds(heardPart(await soundOf(early)), heardPart(await narration()))).toBeCloseTo(-0.1, 2);
});
