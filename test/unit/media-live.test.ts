import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audioSegments, audioSeconds, encodedPackets, settledPackets } from '../../functions/media/live/audio-segments.ts';
import { box, boxesIn, boxOn, words } from '../../functions/media/live/boxes.ts';
import { captionSegment, placedCues } from '../../functions/media/live/caption-segments.ts';
import { videoCodec } from '../../functions/media/live/codec.ts';
import { growingPlaylist, mainPlaylist } from '../../functions/media/live/playlists.ts';
import { type FragmentedTrack, type MediaSample, readFragments } from '../../functions/media/live/read-fragments.ts';
import { type LiveRecord, readRecords, recordBytes, recordName } from '../../functions/media/live/record.ts';
import { videoSegments } from '../../functions/media/live/video-segments.ts';
import { fragmentBytes } from '../../functions/media/live/write-fragment.ts';
import { loudnessMeasureOf } from '../support/loudness.ts';
import { steadyGainDecibels } from '../../functions/media/ffmpeg/loudness.ts';

const TICKS = 512;
const mdhd = box('mdhd', words(0, 0, 0, 15 * TICKS, 0, 0));
const init = (...media: Uint8Array[]): Uint8Array<ArrayBuffer> => box('moov', box('trak', box('mdia', mdhd, ...media)));
const joined = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.concat(parts));
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const sample = fc.record({
  compositionTicks: fc.integer({ min: -10 * TICKS, max: 10 * TICKS }),
  durationTicks: fc.integer({ min: 1, max: 10_000 }),
  isKey: fc.boolean(),
  data: fc.uint8Array({ minLength: 1, maxLength: 50 }),
});
const picture = (isKey: boolean, compositionFrames = 0): MediaSample => ({ isKey, compositionTicks: compositionFrames * TICKS, durationTicks: TICKS, data: new Uint8Array(1) });

describe('fragments', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 20 }), fc.maxSafeNat(), (samples, decodeTicks) => {
        const written = fragmentBytes({ sequence: 7, decodeTicks, samples });
        const track = readFragments(joined(init(), written));
        expect(track.ticksPerSecond).toBe(15 * TICKS);
        expect(track.samples.map((each) => ({ ...each, data: [...each.data] }))).toEqual(samples.map((each) => ({ ...each, data: [...each.data] })));
        const tfdt = boxOn(viewOf(written), 'moof/traf/tfdt', { start: 0, end: written.length });
        expect(Number(viewOf(written).getBigUint64(tfdt.content + 4))).toBe(decodeTicks);
      }),
    );
  });

  it('of any other bytes are refused, and nothing beyond them is read', () => {
    const whole = joined(init(), fragmentBytes({ sequence: 1, decodeTicks: 0, samples: [picture(true), picture(false)] }));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const changed = whole.slice();
        changed[at] = value;
        try {
          for (const { data } of readFragments(changed).samples) expect(data.byteOffset + data.length).toBeLessThanOrEqual(changed.byteOffset + changed.length);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 2000 },
    );
    expect(() => readFragments(whole.slice(0, -1))).toThrow(RangeError);
    const endless = box('moof', box('traf', box('tfhd', words(0, 1)), box('trun', words(0, 0xffffffff))));
    expect(() => readFragments(joined(init(), endless))).toThrow('more samples than');
    expect(() => boxesIn(viewOf(words(4, 0)), { start: 0, end: 8 })).toThrow('no true length');
  });
});

describe('segments of picture', () => {
  const track = (samples: MediaSample[]): FragmentedTrack => ({ init: init(), ticksPerSecond: 15 * TICKS, samples });
  const clip = (frames: number, keys: number[]): FragmentedTrack => track(Array.from({ length: frames }, (_, frame) => picture(keys.includes(frame))));
  const place = (frames: number) => ({ startFrame: 100, frames, framesPerSecond: 15, segmentsBefore: 3 });

  it('have as many groups of pictures as fit, and begin with a key frame', () => {
    const segments = videoSegments(clip(100, [0, 30, 45, 75]), place(100));
    expect(segments?.map(({ seconds }) => seconds * 15)).toEqual([45, 55]);
    const read = segments?.map(({ bytes }) => readFragments(joined(init(), bytes)).samples[0]?.isKey);
    expect(read).toEqual([true, true]);
  });

  it('stand where the section does, and show its first frame at once whatever its delay', () => {
    for (const delay of [0, 2, 5]) {
      const samples = [picture(true, delay), picture(false, delay + 2), picture(false, delay - 1), picture(false, delay - 1)];
      const [segment] = videoSegments(track(samples), place(4)) ?? [];
      const bytes = joined(init(), segment?.bytes ?? new Uint8Array());
      const tfdt = boxOn(viewOf(bytes), 'moof/traf/tfdt', { start: 0, end: bytes.length });
      expect(Number(viewOf(bytes).getBigUint64(tfdt.content + 4))).toBe(100 * TICKS);
      expect(readFragments(bytes).samples.map(({ compositionTicks }, index) => index + compositionTicks / TICKS).sort()).toEqual([0, 1, 2, 3]);
    }
  });

  it('are not cut of a clip without key frames for it, or of another length', () => {
    expect(videoSegments(clip(100, [0]), place(100))).toBeUndefined();
    expect(videoSegments(clip(50, [1, 30]), place(50))).toBeUndefined();
    expect(videoSegments(clip(50, [0, 30]), place(51))).toBeUndefined();
    expect(videoSegments(clip(60, [0]), place(60))).toHaveLength(1);
  });
});

describe('packets of sound', () => {
  it('are published once nothing can change them, and all at the end', () => {
    // ffmpeg makes 95 of 96 000 samples, and 93 of these are those of any longer sound.
    expect(encodedPackets(96_000)).toBe(95);
    expect(settledPackets(96_000, false)).toBe(91);
    expect(settledPackets(96_000, true)).toBe(94);
    expect(settledPackets(100, false)).toBe(0);
  });

  it('go into segments of the target duration at most, none lost and none twice', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), (from, count) => {
        const packets = Array.from({ length: from + count + 1 }, (_, index) => ({ ...picture(true), data: new Uint8Array(words(index)) }));
        const segments = audioSegments(packets, { from, to: from + count, segmentsBefore: 1 });
        const numbers = segments.flatMap(({ bytes }) => readFragments(joined(init(), bytes)).samples.map(({ data }) => viewOf(data).getUint32(0)));
        expect(numbers).toEqual(Array.from({ length: count }, (_, index) => from + index + 1));
        for (const { seconds } of segments) expect(seconds).toBeLessThanOrEqual(4);
        expect(segments.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(audioSeconds(count), 6);
      }),
      { numRuns: 30 },
    );
  });

  it('are brought near the loudness of films, and never over the highest peak', () => {
    expect(steadyGainDecibels(loudnessMeasureOf(-20.8))).toBeCloseTo(4.8, 5);
    expect(steadyGainDecibels(loudnessMeasureOf(-12))).toBeCloseTo(-4, 5);
    expect(steadyGainDecibels(loudnessMeasureOf(-40))).toBeCloseTo(20 * Math.log10(10 ** (-1.5 / 20) / 0.35), 5);
  });
});

describe('captions', () => {
  const cues = placedCues([{ startMilliseconds: 500, endMilliseconds: 2500, lines: ['a < b'] }, { startMilliseconds: 3000, endMilliseconds: 4000, lines: ['Two', 'lines'] }], 60_000);

  it('stand in every segment in which they are seen, without numbers', () => {
    const stretch = (start: number, end: number) => captionSegment(cues, { startMilliseconds: start, endMilliseconds: end });
    expect(stretch(60_000, 62_000)).toBe('WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n00:01:00.500 --> 00:01:02.500\na &lt; b\n');
    expect(stretch(62_000, 64_000)).toMatch(/01:00.500[^]*01:03.000 --> 00:01:04.000\nTwo\nlines\n$/);
    expect(stretch(64_000, 66_000)).not.toContain('-->');
  });
});

const record = (section: number, change: Partial<LiveRecord> = {}): LiveRecord => ({
  film: { width: 854, height: 480, framesPerSecond: 15, videoCodec: 'avc1.64001E', language: 'es-MX', sections: 2 },
  section, clipKey: 'c', audioKey: 'a', frames: 60, audioPackets: 180,
  videoInit: 'video-init-1.mp4', audioInit: 'audio-init-1.mp4',
  video: [{ file: `video-${section}.m4s`, seconds: 4 }],
  audio: [{ file: `audio-${section}.m4s`, seconds: 3.84 }],
  captions: [{ file: `captions-${section}.vtt`, seconds: 4 }],
  ...change,
});

describe('playlists', () => {
  it('name picture, sound and captions to players, with the token that they came with', () => {
    const text = mainPlaylist(record(1), '?share=abc');
    expect(text).toMatch(/^#EXTM3U\n/);
    expect(text).toContain('#EXT-X-START:TIME-OFFSET=0,PRECISE=YES\n');
    expect(text).toContain('TYPE=AUDIO,GROUP-ID="sound",LANGUAGE="es-MX",NAME="español"');
    const odd = record(1);
    expect(mainPlaylist({ ...odd, film: { ...odd.film, language: 'en-12' } }, '')).toContain('LANGUAGE="en-12",NAME="English"');
    expect(text).toContain('CODECS="avc1.64001E,mp4a.40.2",RESOLUTION=854x480,FRAME-RATE=15.000');
    expect(text.match(/live\/\w+\.m3u8\?share=abc/g)).toEqual(['live/audio.m3u8?share=abc', 'live/captions.m3u8?share=abc', 'live/video.m3u8?share=abc']);
  });

  it('grow by lines at their end, and name a new head where one is needed', () => {
    const setting = { ended: false, query: '' };
    const one = growingPlaylist([record(1)], 'video', setting);
    const two = growingPlaylist([record(1), record(2, { videoInit: 'video-init-2.mp4' })], 'video', setting);
    expect(two).toBe(`${one}#EXT-X-MAP:URI="video-init-2.mp4"\n#EXTINF:4.000000,\nvideo-2.m4s\n`);
    expect(growingPlaylist([record(1), record(2)], 'audio', { ...setting, ended: true }).match(/#EXT-X-(MAP|ENDLIST)/g)).toEqual(['#EXT-X-MAP', '#EXT-X-ENDLIST']);
    expect(growingPlaylist([record(1)], 'captions', setting)).not.toContain('EXT-X-MAP');
  });

  it('are of the sections that are there from the first on', async () => {
    const files = new Map([1, 3].map((section) => [recordName(section), recordBytes(record(section))]));
    expect((await readRecords(async (name) => files.get(name))).map(({ section }) => section)).toEqual([1]);
  });
});

describe('the codec of a picture', () => {
  const entry = (type: string) => init(box('minf', box('stbl', box('stsd', words(0, 1), box(type, new Uint8Array(78), box('avcC', new Uint8Array([1, 0x64, 0x00, 0x1f, 0xff])))))));

  it('is named as players ask for it', () => {
    expect(videoCodec(entry('avc1'))).toBe('avc1.64001F');
    expect(() => videoCodec(entry('hvc1'))).toThrow('no H.264');
  });
});
