import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { languageCode } from '../../functions/media/ffmpeg/language-code.ts';
import { posterFrame } from '../../functions/media/ffmpeg/poster.ts';
import { parseProbe } from '../../functions/media/ffmpeg/probe.ts';
import { ffmpegReason } from '../../functions/media/ffmpeg/reason.ts';

describe('the reason why ffmpeg failed', () => {
  const failing = (...words: string[]): string => {
    const { stderr, status } = spawnSync('ffmpeg', ['-nostdin', '-v', 'warning', '-y', ...words], { encoding: 'utf8' });
    expect(status).not.toBe(0);
    return ffmpegReason(stderr, status ?? -1);
  };
  const nothing = ['-f', 'null', '-'];

  it.each([
    [['-i', 'missing-clip.mp4', ...nothing], 'the file missing-clip.mp4 is missing'],
    [['-f', 'mp4', '-i', '/dev/null', ...nothing], 'a clip is cut off: its index is missing'],
    [['-f', 'wav', '-i', '/dev/null', ...nothing], 'the file null is damaged, or not what its name says'],
    [['-f', 'lavfi', '-i', 'color=s=16x16:d=1', '-c:v', 'h999', ...nothing], 'this ffmpeg was built without h999'],
    [['-f', 'lavfi', '-i', 'color=s=16x16:d=1', '-vf', 'sparkle', ...nothing], 'this ffmpeg was built without the filter sparkle'],
  ])('is told in a few words (%#)', (words, reason) => {
    expect(failing(...words)).toBe(reason);
  });

  it('is its last telling line where it is none that is known', () => {
    expect(ffmpegReason('[libx264 @ 0x55d0] profile High\n[mux @ 0x1] Could not write header: bad thing\nConversion failed!\n', 1)).toBe('Could not write header: bad thing');
  });

  it('is something even where ffmpeg says nothing', () => {
    expect(ffmpegReason('', 137)).toBe('ffmpeg was stopped from outside');
    expect(ffmpegReason('\n', 1)).toBe('ffmpeg ended with status 1 and said nothing');
  });
});

describe('the poster', () => {
  const beats = (speechEndFrame: number) => [{ startFrame: 0, speechEndFrame, endFrame: speechEndFrame + 10, words: [] }];

  it('is the end of what the richest section says', () => {
    const sections = [
      { beats: beats(50), visuals: 2, card: false },
      { beats: beats(80), visuals: 5, card: false },
      { beats: beats(60), visuals: 5, card: false },
      { beats: beats(90), visuals: 9, card: true },
    ];
    expect(posterFrame(sections)).toEqual({ index: 1, frame: 79 });
  });

  it('is a title card where there is nothing else', () => {
    expect(posterFrame([{ beats: beats(0), visuals: 3, card: true }])).toEqual({ index: 0, frame: 0 });
  });
});

it('a language has the three letters that MP4 wants', () => {
  expect(['en', 'es-MX', 'zh-Hans', 'de', 'yue', 'tlh', 'qq'].map(languageCode)).toEqual(['eng', 'spa', 'zho', 'deu', 'yue', 'tlh', 'und']);
});

it('what is not ffprobe’s JSON is refused', () => {
  expect(() => parseProbe('')).toThrow(SyntaxError);
  expect(() => parseProbe('{}')).toThrow('streams');
});
