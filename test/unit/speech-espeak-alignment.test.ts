import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignmentOf } from '../../functions/speech/espeak/alignment.ts';
import type { EspeakEvent } from '../../functions/speech/espeak/alignment.ts';
import { EspeakSpeech } from '../../functions/speech/espeak/espeak-speech.ts';
import { placedWords } from '../../shared/spoken-characters.ts';
import { CLI_PATH } from '../support/espeak-command.ts';

const word = (position: number, milliseconds: number): EspeakEvent => ({ type: 'word', position, milliseconds });
const phoneme = (milliseconds: number, name: string, position = 0): EspeakEvent => ({ type: 'phoneme', position, milliseconds, phoneme: name });

describe('alignment from events', () => {
  it('spreads letters over phonemes, and gives silence to spaces and marks', () => {
    const events = [word(0, 100), phoneme(100, 'a'), phoneme(300, 'b'), phoneme(400, ''), word(4, 600), phoneme(600, 'c'), phoneme(700, ''), { type: 'end', position: 6, milliseconds: 900 } as const];
    const { characters, characterStartTimesSeconds: starts, characterEndTimesSeconds: ends } = alignmentOf('ab, c.', events, 1);
    expect(characters.join('')).toBe('ab, c.');
    expect(starts).toEqual([0.1, 0.3, 0.4, 0.5, 0.6, 0.7].map((seconds) => expect.closeTo(seconds, 9)));
    expect(ends).toEqual([0.3, 0.4, 0.5, 0.6, 0.7, 1].map((seconds) => expect.closeTo(seconds, 9)));
  });

  it('takes the parts of a number that start at one character as one word', () => {
    const events = [word(0, 0), phoneme(0, 'a'), word(0, 500), phoneme(500, 'b'), phoneme(900, ''), word(3, 1000), phoneme(1000, 'c'), phoneme(1200, '')];
    const { characterStartTimesSeconds: starts, characterEndTimesSeconds: ends } = alignmentOf('42 c', events, 1.3);
    expect(starts[0]).toBe(0);
    expect(ends[1]).toBeCloseTo(0.9);
    expect(starts[3]).toBeCloseTo(1);
  });

  it('is whole, in order, and ends with the audio, whatever the events are', () => {
    const event = fc.record({
      type: fc.constantFrom('word' as const, 'phoneme' as const, 'end' as const),
      position: fc.nat(40),
      milliseconds: fc.nat(5000),
      phoneme: fc.constantFrom('', 'a'),
    });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.array(event, { maxLength: 30 }), fc.double({ min: 0, max: 6, noNaN: true }), (text, events, durationSeconds) => {
        const { characters, characterStartTimesSeconds: starts, characterEndTimesSeconds: ends } = alignmentOf(text, events, durationSeconds);
        expect(characters.join('')).toBe(text);
        starts.forEach((start, index) => {
          expect(ends[index]).toBeGreaterThanOrEqual(start);
          expect(start).toBe(index === 0 ? start : ends[index - 1]);
        });
        if (characters.length > 0) expect(ends.at(-1)).toBe(durationSeconds);
      }),
    );
  });
});

describe('alignment of real speech', { timeout: 60_000 }, () => {
  it('has words where they are heard: each starts at most 60 ms before its sound, and ends with it', async () => {
    const text = 'Draw. Square. Seven. Nine. Look. Again. Area. Low. Many. Sums.';
    const speech = new EspeakSpeech({ nodePath: process.execPath, cliPath: CLI_PATH });
    const { samples, sampleRate, alignment } = await speech.speak({ text, language: 'en', voice: undefined, pace: 150 }, new AbortController().signal);
    // Heard: at least 0.12 s of silence, at -45 dB, then sound.
    const heard: { start: number; end: number }[] = [];
    let quietSince = -sampleRate;
    samples.forEach((sample, place) => {
      if (Math.abs(sample) < 184) return;
      const seconds = place / sampleRate;
      if (place - quietSince > 0.12 * sampleRate) heard.push({ start: seconds, end: seconds });
      (heard.at(-1) as { end: number }).end = seconds;
      quietSince = place;
    });
    const words = placedWords(text, 'en');
    expect(heard).toHaveLength(words.length);
    words.forEach(({ from, to, text: spoken }, index) => {
      const { start, end } = heard[index] as { start: number; end: number };
      const early = start - (alignment.characterStartTimesSeconds[from] as number);
      expect(early, `${spoken} starts`).toBeGreaterThan(-0.01);
      expect(early, `${spoken} starts`).toBeLessThan(0.06);
      expect(Math.abs(end - (alignment.characterEndTimesSeconds[to - 1] as number)), `${spoken} ends`).toBeLessThan(0.06);
    });
  });
});
