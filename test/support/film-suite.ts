import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { lectern, loudness, probe, type Ended } from './command-line.ts';
import { parseWebVtt } from './webvtt.ts';

/** An example, and the words of the command line beside it. */
export interface FilmOfExample {
  lesson: string;
  words: string[];
}

interface Report {
  durationSeconds: number;
  sections: { title: string; startSeconds: number; frames: number }[];
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** What the film of every example has to be. `folder` receives films and cache. */
export function filmSuite(films: FilmOfExample[], folder: string, environment: Record<string, string>): void {
  describe.each(films)('the film of $lesson', ({ lesson, words }) => {
    const out = join(folder, [lesson, ...words].join('-'));
    const make = () => lectern(['lesson', `examples/${lesson}.md`, '--quality', 'preview', '--out', out, ...words], environment);
    const film = join(out, `${lesson}.mp4`);
    const report = (): Report => readJson(join(out, 'report.json')) as Report;
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

    test('is H.264 and AAC of equal length, with a chapter a section', () => expectContainer(film, report()));

    test('has captions that can be read in time, in the file and beside it', () => expectCaptions(film, join(out, `${lesson}.vtt`)));

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
}

/** H.264 and AAC of equal length at preview quality, with a chapter a section. */
export async function expectContainer(film: string, report: Report): Promise<void> {
  const { streams, chapters, format } = await probe(film);
  const video = streams.find((stream) => stream.codec_type === 'video');
  const audio = streams.find((stream) => stream.codec_type === 'audio');
  expect(video).toMatchObject({ codec_name: 'h264', width: 854, height: 480, avg_frame_rate: '15/1' });
  expect(audio).toMatchObject({ codec_name: 'aac' });
  expect(Math.abs(Number(video?.duration) - Number(audio?.duration))).toBeLessThan(1 / 15);
  expect(Number(format.duration)).toBeCloseTo(report.durationSeconds, 1);
  expect(chapters.map((chapter) => chapter.tags.title)).toEqual(report.sections.map((section) => section.title));
  for (const [index, section] of report.sections.entries()) expect(Number(chapters[index]?.start_time)).toBeCloseTo(section.startSeconds, 2);
  const frames = report.sections.reduce((sum, section) => sum + section.frames, 0);
  expect(Number(video?.nb_frames)).toBe(frames);
}

/** Captions in the file and beside it, which can be read in time. */
export async function expectCaptions(film: string, captions: string): Promise<void> {
  const { streams } = await probe(film);
  expect(streams.filter((stream) => stream.codec_name === 'mov_text')).toHaveLength(1);
  const { cues, errors } = await parseWebVtt(readFileSync(captions, 'utf8'));
  expect(errors).toEqual([]);
  expect(cues.length).toBeGreaterThan(3);
  for (const [index, cue] of cues.entries()) {
    const lines = cue.text.split('\n');
    expect(lines.length).toBeLessThanOrEqual(2);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(42);
    expect(lines.join(' ').length / (cue.endTime - cue.startTime)).toBeLessThanOrEqual(20.01);
    expect(cue.endTime).toBeLessThanOrEqual((cues[index + 1]?.startTime ?? Infinity) + 1e-6);
  }
}
