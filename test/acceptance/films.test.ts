import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lectern, loudness, probe, scratchFolder, type Ended } from '../support/command-line.ts';
import { parseWebVtt } from '../support/webvtt.ts';

/** Whole films in the everyday suite, and one section of every other example. */
const films = [
  { lesson: 'pythagoras', words: [] },
  { lesson: 'binary-search', words: [] },
  { lesson: 'fourier', words: ['--section', '2'] },
  { lesson: 'photosynthesis', words: ['--section', '2'] },
  { lesson: 'oferta-y-demanda', words: ['--section', '2'] },
];

const scratch = scratchFolder();
const environment = { LECTERN_DATA: join(scratch.path, 'data') };
afterAll(scratch.remove);

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe.each(films)('the film of $lesson', ({ lesson, words }) => {
  const out = join(scratch.path, lesson);
  const make = () => lectern(['lesson', `examples/${lesson}.md`, '--quality', 'preview', '--out', out, ...words], environment);
  let ended: Ended;
  beforeAll(async () => {
    ended = await make();
  });

  test('is whole, and everything beside it is there', () => {
    expect(ended.stderr).not.toContain('title card');
    expect(ended.code).toBe(0);
    const { sections } = readJson(join(out, 'plan.json'));
    for (const name of [`${lesson}.mp4`, `${lesson}.vtt`, 'poster.jpg', 'transcript.md', 'report.json']) expect(existsSync(join(out, name)), name).toBe(true);
    for (const index of sections.keys()) expect(existsSync(join(out, 'scenes', `section-${index + 1}.py`))).toBe(true);
  });

  test('is H.264 and AAC of equal length, with a chapter a section', async () => {
    const { streams, chapters, format } = await probe(join(out, `${lesson}.mp4`));
    const report = readJson(join(out, 'report.json'));
    const video = streams.find((stream) => stream.codec_type === 'video');
    const audio = streams.find((stream) => stream.codec_type === 'audio');
    expect(video).toMatchObject({ codec_name: 'h264', width: 854, height: 480, avg_frame_rate: '15/1' });
    expect(audio).toMatchObject({ codec_name: 'aac' });
    expect(Math.abs(Number(video?.duration) - Number(audio?.duration))).toBeLessThan(1 / 15);
    expect(Number(format.duration)).toBeCloseTo(report.durationSeconds, 1);
    expect(chapters.map((chapter) => chapter.tags.title)).toEqual(report.sections.map((section: { title: string }) => section.title));
    for (const [index, section] of report.sections.entries()) expect(Number(chapters[index]?.start_time)).toBeCloseTo(section.startSeconds, 2);
    const frames = report.sections.reduce((sum: number, section: { frames: number }) => sum + section.frames, 0);
    expect(Number(video?.nb_frames)).toBe(frames);
  });

  test('has captions that can be read in time, in the file and beside it', async () => {
    const { streams } = await probe(join(out, `${lesson}.mp4`));
    expect(streams.filter((stream) => stream.codec_name === 'mov_text')).toHaveLength(1);
    const { cues, errors } = await parseWebVtt(readFileSync(join(out, `${lesson}.vtt`), 'utf8'));
    expect(errors).toEqual([]);
    expect(cues.length).toBeGreaterThan(3);
    for (const [index, cue] of cues.entries()) {
      const lines = cue.text.split('\n');
      expect(lines.length).toBeLessThanOrEqual(2);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(42);
      expect(lines.join(' ').length / (cue.endTime - cue.startTime)).toBeLessThanOrEqual(20.01);
      expect(cue.endTime).toBeLessThanOrEqual((cues[index + 1]?.startTime ?? Infinity) + 1e-6);
    }
  });

  test('is as loud as it should be', async () => {
    expect(Math.abs((await loudness(join(out, `${lesson}.mp4`))) - -16)).toBeLessThanOrEqual(1);
  });

  test('is drawn without a fault in its geometry, in time, and never still for long while somebody speaks', () => {
    for (const section of readJson(join(out, 'report.json')).sections) {
      expect(section.report.geometry).toEqual([]);
      for (const beat of section.report.beats) {
        expect(beat.actualStartFrame).toBe(beat.plannedStartFrame);
        expect(beat.actualEndFrame).toBe(beat.plannedEndFrame);
        expect(beat.skipped).toBe(false);
        expect(beat.longestStillSeconds).toBeLessThanOrEqual(6);
      }
    }
  });

  test('is found, not drawn, by a second run', async () => {
    const again = await make();
    expect(again.code).toBe(0);
    for (const time of readJson(join(out, 'report.json')).phases) {
      if (['narrate', 'render', 'stitch'].includes(time.phase)) expect(time).toMatchObject({ cached: true });
    }
  });
});

test('one changed section is drawn again, and only that one', async () => {
  const changed = join(scratch.path, 'changed.md');
  const lesson = readFileSync('examples/binary-search.md', 'utf8');
  const sections = lesson.split(/^(?=## )/m);
  const last = sections.pop() as string;
  // One more sentence in the last section.
  writeFileSync(changed, [...sections, last.trimEnd(), '\n\nThat is all there is to it.\n'].join(''));
  const out = join(scratch.path, 'changed');
  const ended = await lectern(['lesson', changed, '--quality', 'preview', '--out', out], environment);
  expect(ended.code).toBe(0);
  const renders = readJson(join(out, 'report.json')).phases.filter((time: { phase: string }) => time.phase === 'render');
  expect(renders.filter((time: { cached: boolean }) => !time.cached).map((time: { section: number }) => time.section)).toEqual([sections.length]);
});
