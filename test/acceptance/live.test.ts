import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlayerPage, type PlayerPage, type Watched } from '../support/browser.ts';
import { lectern, scratchFolder } from '../support/command-line.ts';
import { type Call, caller, readEvents, type RunningService, startService, type TypedEvent } from '../support/service.ts';
import { parseWebVtt } from '../support/webvtt.ts';

const FRAMES_PER_SECOND = 15;
/** Long enough for the first section to be seen while the last is drawn; drawing goes through a scene twice. */
const SLOW_SECONDS = 4;
const LESSON = `---
title: Four parts
---

## One

This is the **first** part. It can be watched before the others.

## Two

This is the **second** part.

$a^2 + b^2 = c^2$

## Three

This is the **third** part, and it is a little longer than those before it.

## Four

This is the **last** part.

\`\`\`manim
import time

from manim import *
from lectern_render import LessonScene

class Section(LessonScene):
    def construct(self):
        time.sleep(${SLOW_SECONDS})
        with self.beat(0):
            self.play(Create(Square()))
\`\`\`
`;

const data = scratchFolder();
let player: PlayerPage;
let service: RunningService;
let token: string;
let ada: Call;
let jobId: string;
let events: TypedEvent[];
let watched: Watched;

const finishedAt = (phase: string, section?: number): number =>
  Date.parse(events.find(({ type, data: { phase: named, section: of } }) => type === 'phase.finished' && named === phase && of === section)?.data['at'] as string);
const sectionSeconds = (): number[] =>
  [1, 2, 3, 4].map((section) => events.find(({ type, data: { section: of } }) => type === 'section.finished' && of === section)?.data['durationSeconds'] as number);
/** Where one section ends and the next begins. */
const joins = (): number[] => {
  let end = 0;
  return sectionSeconds().slice(0, -1).map((seconds) => (end += seconds));
};

beforeAll(async () => {
  player = await openPlayerPage();
  const environment = { LECTERN_DATA: data.path, AUTH: 'supabase', LECTERN_LOG_LEVEL: 'info', LECTERN_ORIGINS: player.origin };
  service = await startService(environment);
  token = (await lectern(['token', '--user', 'ada'], environment)).stdout.trim();
  ada = caller(service.url, token);

  const accepted = await ada('/v1/jobs', { body: { lesson: LESSON, quality: 'preview' }, headers: { 'idempotency-key': randomUUID() } });
  jobId = ((await accepted.json()) as { job_id: string }).job_id;
  let isPlaying: Promise<void> | undefined;
  events = await readEvents(`${service.url}/v1/jobs/${jobId}/events`, token, ({ type }) => {
    if (type === 'section.ready') isPlaying ??= player.watch(`${service.url}/v1/videos/${jobId}/live.m3u8`, token);
  });
  await isPlaying;
  watched = await player.watched();
});

afterAll(async () => {
  await player?.close();
  await service?.stop();
  data.remove();
});

describe('a film that is watched while it is made, by hls.js in Chromium', () => {
  test('tells of each section when it can be watched', () => {
    const ready = events.filter(({ type }) => type === 'section.ready').map(({ data: { section, playableSeconds } }) => ({ section, playableSeconds }));
    const ends = [...joins(), sectionSeconds().reduce((sum, seconds) => sum + seconds, 0)];
    expect(ready.map(({ section }) => section)).toEqual([1, 2, 3, 4]);
    ready.forEach(({ playableSeconds }, index) => expect(playableSeconds).toBeCloseTo(ends[index] as number, 0));
  });

  test('plays from its first frame while a later section is drawn', () => {
    const before = watched.frames.filter(({ at }) => at < finishedAt('render', 4));
    expect(before[0]?.mediaTime).toBeLessThan(2 / FRAMES_PER_SECOND);
    expect(before.at(-1)?.mediaTime).toBeGreaterThan((joins()[0] as number) / 2);
    expect(watched.playlists[0]).toMatchObject({ live: true, sequence: 0 });
  });

  test('goes on to its end without an error, in playlists that only grow', () => {
    // Waiting for a section that is not drawn yet is none.
    expect(watched.errors.filter(({ details }) => details !== 'bufferStalledError')).toEqual([]);
    expect(watched.ended).toBe(true);
    expect(watched.playlists.at(-1)).toMatchObject({ live: false, sequence: 0 });
    const lengths = watched.playlists.map(({ segments }) => segments);
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
  });

  test('has no gap at a join, in what is buffered of picture and sound', () => {
    const end = sectionSeconds().reduce((sum, seconds) => sum + seconds, 0);
    for (const { video, audio } of watched.appended) {
      expect(video.length, JSON.stringify(video)).toBeLessThanOrEqual(1);
      expect(audio.length, JSON.stringify(audio)).toBeLessThanOrEqual(1);
    }
    const { video: [[start, last] = []], audio: [[from, to] = []] } = watched.appended.at(-1) as Watched['appended'][number];
    expect(start).toBe(0);
    expect(from).toBe(0);
    expect(last).toBeCloseTo(end, 2);
    expect(Math.abs((to as number) - end)).toBeLessThan(1 / FRAMES_PER_SECOND);
  });

  test('shows each frame in its own place on both sides of every join', async () => {
    for (const join of joins()) {
      for (const frames of [-2, -1, 0, 1]) {
        const shown = await player.frameAt(join + (frames + 0.5) / FRAMES_PER_SECOND);
        expect(shown, `${frames} frames from ${join}`).toBeCloseTo(join + frames / FRAMES_PER_SECOND, 3);
      }
    }
  });

  test('has its captions, at the times of the film’s own', async () => {
    const expected = (await parseWebVtt(await (await ada(`/v1/videos/${jobId}/captions.vtt`)).text())).cues;
    const shown = watched.cues.map(({ startTime, text }) => ({ startTime, text }));
    expect(shown.map(({ text }) => text)).toEqual(expected.map(({ text }) => text));
    shown.forEach(({ startTime }, index) => expect(Math.abs(startTime - (expected[index]?.startTime ?? 0))).toBeLessThan(0.05));
  });
});

test('is open to whom the film is open to', async () => {
  const stranger = caller(service.url);
  const path = `/v1/videos/${jobId}/live.m3u8`;
  expect((await stranger(path)).status).toBe(404);
  const { token: share } = (await (await ada(`/v1/videos/${jobId}/share`, { method: 'POST' })).json()) as { token: string };
  const linked = async (address: string): Promise<string[]> => {
    const text = await (await fetch(address)).text();
    return [...text.matchAll(/URI="([^"]+)"|^([^#\n].*)$/gm)].map(([, quoted, line]) => new URL((quoted ?? line) as string, address).href);
  };
  const playlists = await linked(`${service.url}${path}?share=${share}`);
  expect(playlists).toHaveLength(3);
  const parts = (await Promise.all(playlists.map(linked))).flat();
  const statuses = await Promise.all(parts.map(async (part) => (await fetch(part)).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect((await fetch((parts[0] as string).replace(/\?.*/, ''))).status).toBe(404);
});

test('is gone when the film is', async () => {
  expect((await ada(`/v1/videos/${jobId}`, { method: 'DELETE' })).status).toBe(204);
  expect((await ada(`/v1/videos/${jobId}/live.m3u8`)).status).toBe(404);
});
