import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cue } from '../../functions/media/captions/schedule.ts';
import { clipMismatch } from '../../functions/media/ffmpeg/clip-profile.ts';
import { frameCount, parseProbe, pictureOf, probeArguments } from '../../functions/media/ffmpeg/probe.ts';
import type { Probe } from '../../functions/media/ffmpeg/probe.ts';
import { posterArguments } from '../../functions/media/ffmpeg/poster.ts';
import { stitchArguments, stitchFiles } from '../../functions/media/ffmpeg/stitch.ts';
import type { StitchFilm } from '../../functions/media/ffmpeg/stitch.ts';
import { scratchFolder } from '../support/command-line.ts';
import { runTool } from '../support/media-tools.ts';
import { flashTimes, soundOf, soundOnsets } from '../support/sync.ts';
import { MARK_SECONDS, clickWav, flashClip, smallProfile, stitch } from '../support/synthetic-film.ts';

const FRAMES = [47, 31, 60, 33, 53, 41];
const scratch = scratchFolder();
const folder = scratch.path;
const file = (name: string): string => join(folder, name);
const probe = async (name: string): Promise<Probe> => parseProbe((await runTool('ffprobe', probeArguments(name), folder)).stdout.toString('utf8'));

const cues: Cue[] = [
  { startMilliseconds: 100, endMilliseconds: 900, lines: ['Is x<y & y>z?', 'So <i> and {\\an8} and \\Nabla say.'] },
  { startMilliseconds: 1000, endMilliseconds: 1500, lines: ['¿Qué es 数学?'] },
];

const filmOf = (count: number): StitchFilm => ({
  title: 'A = b; #1 \\ two\nlines',
  comment: '{"jobId":"1"}',
  language: 'es-MX',
  framesPerSecond: smallProfile.framesPerSecond,
  sections: FRAMES.slice(0, count).map((frames, index) => ({ title: `Part ${index + 1}: a=b; c`, clip: `it's ${index}.mp4`, audio: `${index}.wav`, frames })),
  cues,
});

describe('stitching', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    for (const [index, frames] of FRAMES.entries()) {
      await flashClip(folder, `it's ${index}.mp4`, frames);
      clickWav(folder, `${index}.wav`, frames);
    }
    for (const count of [1, 6]) await stitch(folder, filmOf(count), { loudness: undefined, output: `film-${count}.mp4` });
  }, 120_000);
  afterAll(scratch.remove);

  it.each([1, 6])('keeps picture and sound of %i sections within 1 ms of each other', async (count) => {
    const flashes = await flashTimes(file(`film-${count}.mp4`));
    const clicks = soundOnsets(await soundOf(file(`film-${count}.mp4`)));
    expect(flashes).toHaveLength(count);
    expect(clicks).toHaveLength(count);
    let frames = 0;
    FRAMES.slice(0, count).forEach((length, index) => {
      const meant = frames / smallProfile.framesPerSecond + MARK_SECONDS;
      expect(Math.abs((flashes[index] as number) - meant)).toBeLessThanOrEqual(0.001);
      expect(Math.abs((clicks[index] as number) - (flashes[index] as number))).toBeLessThanOrEqual(0.001);
      frames += length;
    });
  });

  it.each([1, 6])('keeps every frame of %i sections, and a chapter for each', async (count) => {
    const film = await probe(`film-${count}.mp4`);
    const frames = FRAMES.slice(0, count).reduce((sum, length) => sum + length, 0);
    expect(frameCount(film)).toBe(frames);
    expect(film.chapters.map(({ title }) => title)).toEqual(filmOf(count).sections.map(({ title }) => title));
    expect(film.chapters[0]?.startSeconds).toBe(0);
    expect(film.chapters.at(-1)?.endSeconds).toBeCloseTo(frames / 30, 2);
    expect(film.durationSeconds).toBeCloseTo(frames / 30, 1);
  });

  it('has picture, sound, subtitles and cover in it, in their language', async () => {
    const { streams } = await probe('film-6.mp4');
    const audio = streams.find(({ codec_type: type }) => type === 'audio');
    const subtitles = streams.find(({ codec_type: type }) => type === 'subtitle');
    expect(audio).toMatchObject({ codec_name: 'aac', sample_rate: '48000', channels: 1, tags: { language: 'spa' } });
    expect(subtitles).toMatchObject({ codec_name: 'mov_text', tags: { language: 'spa' }, disposition: { default: 1 } });
    expect(streams.filter(({ disposition }) => disposition?.['attached_pic'] === 1)).toHaveLength(1);
    expect(pictureOf({ streams, chapters: [], durationSeconds: undefined })).toMatchObject({ codec_name: 'h264', width: 160, height: 90 });
  });

  it('says its title, whatever characters it has, and starts with its index', async () => {
    const { stdout } = await runTool('ffprobe', ['-v', 'error', '-show_entries', 'format_tags=title,comment', '-of', 'json', file('film-6.mp4')]);
    expect(JSON.parse(stdout.toString('utf8')).format.tags).toMatchObject({ title: 'A = b; #1 \\ two lines', comment: '{"jobId":"1"}' });
    const { stderr } = await runTool('ffprobe', ['-v', 'trace', file('film-6.mp4')]);
    expect(stderr.indexOf("type:'moov'")).toBeLessThan(stderr.indexOf("type:'mdat'"));
  });

  it('keeps what captions say as text, markup and all', async () => {
    const { stdout } = await runTool('ffmpeg', ['-v', 'error', '-i', file('film-6.mp4'), '-map', '0:s', '-c', 'copy', '-f', 'data', '-']);
    const text = stdout.toString('utf8').replaceAll('\u2060', '');
    expect(text).toContain('Is x<y & y>z?\nSo <i> and {\\an8} and \\Nabla say.');
    expect(text).toContain('¿Qué es 数学?');
  });

  it('decodes without a complaint', async () => {
    const { stderr } = await runTool('ffmpeg', ['-v', 'error', '-xerror', '-i', file('film-6.mp4'), '-map', '0:v:0', '-map', '0:a', '-f', 'null', '-']);
    expect(stderr).toBe('');
  });

  it('has no subtitle stream where nothing is shown', async () => {
    const silent = { ...filmOf(1), cues: [] };
    await stitch(folder, silent, { loudness: undefined, output: 'wordless.mp4' });
    const { streams } = await probe('wordless.mp4');
    expect(streams.filter(({ codec_type: type }) => type === 'subtitle')).toEqual([]);
    expect(streams.filter(({ disposition }) => disposition?.['attached_pic'] === 1)).toHaveLength(1);
  });

  it('writes how long each clip is, to nine digits, and copies the picture', () => {
    const list = stitchFiles(filmOf(2))[0]?.text;
    expect(list).toBe("ffconcat version 1.0\nfile 'it'\\''s 0.mp4'\nduration 1.566666667\nfile 'it'\\''s 1.mp4'\nduration 1.033333333\n");
    expect(stitchArguments(filmOf(2), { loudness: undefined, poster: 'p.jpg', output: 'o.mp4' }).join(' ')).toContain('-c:v copy');
  });

  it('tells why a clip cannot be joined, and encodes it so that it can', async () => {
    const expectation = { profile: smallProfile, frames: 47 };
    expect(clipMismatch(await probe("it's 0.mp4"), expectation)).toBeUndefined();
    expect(clipMismatch(await probe("it's 0.mp4"), { ...expectation, frames: 48 })).toBe('its frame count is 47, not 48');
    expect(clipMismatch(await probe("it's 0.mp4"), { ...expectation, profile: { ...smallProfile, framesPerSecond: 15 } })).toBe('its frame rate is 30/1, not 15/1');
    expect(clipMismatch(await probe("it's 0.mp4.mkv"), expectation)).toBe('its codec is ffv1, not h264');
    expect(clipMismatch(await probe('0.wav'), expectation)).toBe('it has no picture');
  });

  it('takes exactly the frame asked for as poster', async () => {
    for (const [frame, white] of [[14, false], [15, true], [18, true], [19, false], [0, false]] as const) {
      await runTool('ffmpeg', posterArguments({ clip: "it's 0.mp4", frame, framesPerSecond: 30, output: 'still.jpg' }), folder);
      const { stdout } = await runTool('ffmpeg', ['-v', 'error', '-i', 'still.jpg', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'], folder);
      expect((stdout[0] as number) > 200, `frame ${frame}`).toBe(white);
    }
  });
});
