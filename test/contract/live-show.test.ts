import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaTool } from '../../functions/compute/port.ts';
import { soundFragmentsArguments } from '../../functions/media/live/arguments.ts';
import { makeCompute } from '../support/compute.ts';
import { scratchFolder } from '../support/command-line.ts';
import { contentOf, makeSections, type MadeSection, profile, SAMPLE_RATE, show, type Shown } from '../support/live-show.ts';
import { runTool } from '../support/media-tools.ts';
import { parseWebVtt } from '../support/webvtt.ts';

const FRAMES = [47, 76, 61];
const ALL_FRAMES = 47 + 76 + 61;
const TARGET_SECONDS = 4;
const PACKET_SAMPLES = 1024;
const PER_SECOND = profile.framesPerSecond;
const sampleCount = (ALL_FRAMES / PER_SECOND) * SAMPLE_RATE;

const scratch = scratchFolder();
const folder = scratch.path;
let media: MediaTool;

/** One tone without a break, cut where sections meet: whatever an encoder does at a join is heard. */
const tone = Int16Array.from({ length: sampleCount }, (_, index) => Math.round(12_000 * Math.sin((2 * Math.PI * 440 * index) / SAMPLE_RATE)));
/** Loud and never the same, so that no packet is like another: from a generator of its own, the same in each run. */
let seed = 1;
const noise = Int16Array.from({ length: sampleCount }, () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return Math.round((seed / 2 ** 31 - 0.5) * 30_000);
});

interface Packet {
  pts: number;
  dts: number;
  hash: string;
  isKey: boolean;
}

/** Packets of a playlist or file: times in ticks of its own time base. */
async function packetsOf(file: string, inFolder: string): Promise<Packet[]> {
  const words = ['-v', 'error', '-allowed_extensions', 'ALL', '-show_packets', '-show_data_hash', 'md5', '-of', 'json', file];
  const { stdout } = await runTool('ffprobe', words.filter((_, index) => file.endsWith('.m3u8') || (index !== 2 && index !== 3)), inFolder);
  const { packets } = JSON.parse(stdout.toString('utf8')) as { packets: { pts: number; dts: number; data_hash: string; flags: string }[] };
  return packets.map(({ pts, dts, data_hash, flags }) => ({ pts, dts, hash: data_hash, isKey: flags.startsWith('K') }));
}

const writePlaylists = ({ steps, files }: Shown): void => {
  for (const [name, text] of Object.entries(steps.at(-1) ?? {})) writeFileSync(join(files, `${name}.m3u8`), text);
};

/** Hash of each picture of a film or clip. */
async function pictures(file: string, inFolder: string): Promise<string[]> {
  const { stdout } = await runTool('ffmpeg', ['-nostdin', '-v', 'error', ...(file.endsWith('.m3u8') ? ['-allowed_extensions', 'ALL'] : []), '-i', file, '-map', '0:v', '-f', 'framemd5', '-'], inFolder);
  return stdout.toString('utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(',').at(-1)?.trim() ?? '');
}

const segmentsIn = (playlist: string): { seconds: number; file: string }[] =>
  [...playlist.matchAll(/#EXTINF:([\d.]+),\n(\S+)/g)].map(([, seconds, file]) => ({ seconds: Number(seconds), file: file as string }));

beforeAll(async () => {
  ({ media } = await makeCompute({ dataFolder: join(folder, 'compute') }));
}, 60_000);
afterAll(scratch.remove);

describe('sections that are shown while others are made', () => {
  let made: MadeSection[];
  let shown: Shown;
  beforeAll(async () => {
    mkdirSync(join(folder, 'tone'));
    made = await makeSections(join(folder, 'tone'), FRAMES.map((frames) => ({ frames, clip: 'as asked' })), tone);
    // The last is finished first: it has to wait for those before it.
    shown = await show({ folder: join(folder, 'tone'), live: 'live', media, made, order: [3, 1, 2], voice: 'silent' });
    writePlaylists(shown);
  });

  it('are told of in the order of the film, each once, with what can be watched by then', () => {
    expect(shown.events.map(({ type }) => type)).toEqual(Array(3).fill('section.ready'));
    const told = shown.events.map((event) => (event.type === 'section.ready' ? [event.section, event.playableSeconds] : []));
    expect(told.map(([section]) => section)).toEqual([1, 2, 3]);
    const ends = [47, 47 + 76, ALL_FRAMES].map((frames) => frames / PER_SECOND);
    told.slice(0, -1).forEach(([, seconds], index) => {
      expect(seconds).toBeLessThan(ends[index] as number);
      expect(seconds).toBeGreaterThan((ends[index] as number) - 0.09);
    });
    expect(told.at(-1)?.[1]).toBeCloseTo(ends[2] as number, 3);
  });

  it('stand in playlists to which lines are only ever added', () => {
    for (const kind of ['video', 'audio', 'captions']) {
      const texts = shown.steps.map((step) => step[kind] as string);
      expect(texts).toHaveLength(3);
      texts.forEach((text, index) => {
        expect(text).toMatch(/^#EXTM3U\n#EXT-X-VERSION:7\n/);
        expect(text).toContain(`#EXT-X-TARGETDURATION:${TARGET_SECONDS}\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:EVENT\n`);
        expect(text.startsWith(texts[index - 1] ?? '')).toBe(true);
        expect(text.includes('#EXT-X-ENDLIST')).toBe(index === 2);
        for (const { seconds } of segmentsIn(text)) expect(seconds).toBeLessThanOrEqual(TARGET_SECONDS);
      });
    }
    expect(new Set(shown.steps.map(({ main }) => main)).size).toBe(1);
  });

  it('show the pictures of the clips, each in its own place', async () => {
    const expected = (await Promise.all([1, 2, 3].map((section) => pictures(`clip-${section}.mp4`, join(folder, 'tone'))))).flat();
    expect(await pictures('video.m3u8', shown.files)).toEqual(expected);
    const packets = await packetsOf('video.m3u8', shown.files);
    const [ticks] = new Set(packets.slice(1).map(({ dts }, index) => dts - (packets[index]?.dts ?? 0)));
    expect(packets.map(({ dts }) => dts)).toEqual(packets.map((_, index) => index * (ticks as number)));
    // ffmpeg shows nothing before it is decoded and puts the whole film off by as much; browsers take the times as they are.
    const times = packets.map(({ pts }) => pts).sort((a, b) => a - b);
    expect(times.map((time) => time - (times[0] as number))).toEqual(packets.map((_, index) => index * (ticks as number)));
  });

  it('begin each segment of picture with a key frame', async () => {
    const [head] = /video-init-\w+\.mp4/.exec(shown.steps.at(-1)?.['video'] ?? '') ?? [];
    for (const { file } of segmentsIn(shown.steps.at(-1)?.['video'] ?? '')) {
      expect((await packetsOf(`concat:${head}|${file}`, shown.files))[0]?.isKey).toBe(true);
    }
  });

  it('sound as one track that was encoded once, packet for packet', async () => {
    const packets = await packetsOf('audio.m3u8', shown.files);
    await runTool('ffmpeg', ['-v', 'error', '-y', ...[1, 2, 3].flatMap((section) => ['-i', `${section}.wav`]), '-filter_complex', 'concat=n=3:v=0:a=1', '-c:a', 'aac', '-b:a', '160k', '-f', 'mp4', 'whole.mp4'], join(folder, 'tone'));
    const [priming, ...whole] = await packetsOf('whole.mp4', join(folder, 'tone'));
    expect(priming?.pts).toBe(-PACKET_SAMPLES);
    expect(packets.map(({ hash }) => hash)).toEqual(whole.map(({ hash }) => hash));
    expect(packets.map(({ pts }) => pts)).toEqual(packets.map((_, index) => index * PACKET_SAMPLES));
  });

  it('let no join be heard', async () => {
    const { stdout } = await runTool('ffmpeg', ['-nostdin', '-v', 'error', '-allowed_extensions', 'ALL', '-i', 'audio.m3u8', '-f', 's16le', '-ac', '1', '-'], shown.files);
    const heard = new Int16Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
    expect(Math.abs(heard.length - sampleCount)).toBeLessThan(PACKET_SAMPLES);
    // The first packet has none before it to be heard with.
    let largest = 0;
    for (let index = PACKET_SAMPLES; index < sampleCount - PACKET_SAMPLES; index += 1) largest = Math.max(largest, Math.abs((heard[index] as number) - (tone[index] as number)));
    expect(largest).toBeLessThan(12_000 * 0.05);
  });

  it('have their captions, in the time of the film', async () => {
    const starts: number[] = [];
    let end = 0;
    for (const { file, seconds } of segmentsIn(shown.steps.at(-1)?.['captions'] ?? '')) {
      const { stdout } = await runTool('ffmpeg', ['-v', 'error', '-i', file, '-f', 'webvtt', '-'], shown.files);
      const text = Buffer.from(contentOf(shown.files)[file] ?? '', 'base64').toString('utf8');
      expect(text).toMatch(/^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n/);
      const { cues, errors } = await parseWebVtt(stdout.toString('utf8'));
      expect(errors).toEqual([]);
      for (const { startTime, endTime } of cues) expect(startTime < end + seconds && endTime > end).toBe(true);
      starts.push(...cues.map(({ startTime }) => startTime));
      end += seconds;
    }
    expect([...new Set(starts)]).toEqual([0, 47, 47 + 76].map((frames) => Number((frames / PER_SECOND).toFixed(3))));
  });

  it('are not added twice by whoever does it again, or at the same time', async () => {
    const wish = { folder: join(folder, 'tone'), media, made, voice: 'silent' };
    const before = contentOf(shown.files);
    const again = await show({ ...wish, live: 'live', order: [1, 2, 3] });
    expect(contentOf(shown.files)).toEqual(before);
    expect(again.events.map(({ type }) => type)).toEqual(Array(3).fill('section.ready'));
    const [one, other] = await Promise.all([show({ ...wish, live: 'both', order: [1, 2, 3] }), show({ ...wish, live: 'both', order: [2, 1, 3] })]);
    const playlistless = Object.fromEntries(Object.entries(before).filter(([name]) => !name.endsWith('.m3u8')));
    expect(contentOf(one.files)).toEqual(playlistless);
    expect(other.steps.at(-1)).toEqual(shown.steps.at(-1));
  });

  it('have their sound encoded once where several have been waiting', async () => {
    let encoded = 0;
    const counting: MediaTool = { ...media, run: (task, signal) => ((encoded += task.args.includes('sound.fragments.mp4') ? 1 : 0), media.run(task, signal)) };
    const { files, events } = await show({ folder: join(folder, 'tone'), live: 'at-once', media: counting, made, order: [3, 2, 1], voice: 'silent' });
    expect(events.map(({ type }) => type)).toEqual(Array(3).fill('section.ready'));
    expect(encoded).toBe(1);
    expect(contentOf(files)).toEqual(Object.fromEntries(Object.entries(contentOf(shown.files)).filter(([name]) => !name.endsWith('.m3u8'))));
  });

  it('are added again by the next process where one died before it had said so', async () => {
    const before = contentOf(shown.files);
    const record = join(shown.files, 'section-1.json');
    const written = statSync(record).mtimeMs;
    for (const section of [2, 3]) rmSync(join(shown.files, `section-${section}.json`));
    await show({ folder: join(folder, 'tone'), live: 'live', media, made, order: [1, 2, 3], voice: 'silent' });
    expect(contentOf(shown.files)).toEqual(before);
    expect(statSync(record).mtimeMs).toBe(written);
  });

  it('cost the film nothing where they cannot be written', async () => {
    writeFileSync(join(folder, 'tone/full'), 'no folder');
    const { events } = await show({ folder: join(folder, 'tone'), live: 'full', media, made, order: [1, 2, 3], voice: 'silent' });
    expect(events).toMatchObject([{ type: 'warning', code: 'not_shown' }]);
  });
});

describe('sound that is loud where a section ends', () => {
  it('is published as far as it stays as it is', async () => {
    mkdirSync(join(folder, 'noise'));
    const made = await makeSections(join(folder, 'noise'), FRAMES.map((frames) => ({ frames, clip: 'as asked' })), noise);
    const shown = await show({ folder: join(folder, 'noise'), live: 'live', media, made, order: [1, 2, 3] });
    writePlaylists(shown);
    const published = (await packetsOf('audio.m3u8', shown.files)).map(({ hash }) => hash);
    const record = JSON.parse(Buffer.from(contentOf(shown.files)['section-3.json'] ?? '', 'base64').toString('utf8')) as { gainDecibels: number };
    expect(record.gainDecibels).toEqual(expect.any(Number));
    writeFileSync(join(folder, 'noise/list.ffconcat'), 'ffconcat version 1.0\nfile 1.wav\nfile 2.wav\nfile 3.wav\n');
    await runTool('ffmpeg', soundFragmentsArguments({ list: 'list.ffconcat', gainDecibels: record.gainDecibels, output: 'whole.mp4' }), join(folder, 'noise'));
    const whole = await packetsOf('whole.mp4', join(folder, 'noise'));
    expect(published).toEqual(whole.slice(1).map(({ hash }) => hash));
    expect(new Set(published).size).toBe(published.length);
  });
});

describe('clips that cannot be cut as they are', () => {
  it('are encoded again, and show as many pictures', async () => {
    mkdirSync(join(folder, 'odd'));
    const wishes = [{ frames: 30, clip: 'other profile' }, { frames: 95, clip: 'one key frame' }, { frames: 20, clip: 'as asked' }] as const;
    const made = await makeSections(join(folder, 'odd'), [...wishes], tone);
    const shown = await show({ folder: join(folder, 'odd'), live: 'live', media, made, order: [1, 2, 3], voice: 'silent' });
    expect(shown.events.map(({ type }) => type)).toEqual(Array(3).fill('section.ready'));
    writePlaylists(shown);
    expect(await pictures('video.m3u8', shown.files)).toHaveLength(145);
    const segments = segmentsIn(shown.steps.at(-1)?.['video'] ?? '').map(({ seconds }) => seconds);
    expect(Math.max(...segments)).toBeLessThanOrEqual(TARGET_SECONDS);
    expect(segments.reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(145 / PER_SECOND, 4);
  });
});
