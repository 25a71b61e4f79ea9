import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beatFrames, narrationWav } from '../../functions/media/narration/beat-frames.ts';
import { NARRATION_SAMPLE_RATE, paceBeats, sectionText } from '../../functions/media/narration/pacing.ts';
import type { PacedNarration, SpokenBeat } from '../../functions/media/narration/pacing.ts';
import { resample } from '../../functions/media/narration/resample.ts';
import type { SpeechAudio } from '../../functions/media/narration/speech-audio.ts';
import { readWav, wavBytes } from '../../functions/media/wav.ts';
import { beatFramesSchema } from '../../shared/contract/job.ts';
import { isSpokenCharacter } from '../../shared/spoken-characters.ts';

const SOURCE_RATE = 22_050;
const CHARACTER_SECONDS = 0.06;
const pauses = { leadInSeconds: 0.3, tailSeconds: 0.6, language: 'en' };

/** A voice that hums wherever a character has a sound, and is silent at the others; `gap` is what lies between words. */
function hum(beats: { spoken: string }[], gapSeconds = CHARACTER_SECONDS): SpeechAudio {
  const characters = Array.from(sectionText(beats));
  const starts: number[] = [];
  const ends: number[] = [];
  let seconds = 0.01;
  for (const character of characters) {
    starts.push(seconds);
    seconds += isSpokenCharacter(character) ? CHARACTER_SECONDS : gapSeconds;
    ends.push(seconds);
  }
  const samples = new Int16Array(Math.round(seconds * SOURCE_RATE));
  characters.forEach((character, index) => {
    if (!isSpokenCharacter(character)) return;
    for (let place = Math.round((starts[index] as number) * SOURCE_RATE); place < Math.round((ends[index] as number) * SOURCE_RATE); place += 1) {
      samples[place] = Math.round(12_000 * Math.sin((2 * Math.PI * 220 * place) / SOURCE_RATE));
    }
  });
  return { samples, sampleRate: SOURCE_RATE, alignment: { characters, characterStartTimesSeconds: starts, characterEndTimesSeconds: ends } };
}

/** Stretches of silence of at least 0.15 s, in seconds: found in the samples, not in the alignment. */
function silences({ samples }: { samples: Int16Array }): { from: number; seconds: number }[] {
  const found: { from: number; seconds: number }[] = [];
  let from = 0;
  for (let place = 0; place <= samples.length; place += 1) {
    if (place < samples.length && Math.abs(samples[place] as number) < 60) continue;
    if (place - from > 0.15 * NARRATION_SAMPLE_RATE) found.push({ from: from / NARRATION_SAMPLE_RATE, seconds: (place - from) / NARRATION_SAMPLE_RATE });
    from = place + 1;
  }
  return found;
}

const beatsOf = (...told: [string, number][]): SpokenBeat[] => told.map(([spoken, pauseSeconds]) => ({ spoken, pauseSeconds }));

describe('pacing', () => {
  it('starts after the lead-in, puts each pause where it belongs, and ends with the tail', () => {
    const beats = beatsOf(['One two.', 0.5], ['Three four', 1.5], ['five.', 0.2]);
    const found = silences(paceBeats(hum(beats), beats, pauses));
    expect(found.map(({ seconds }) => seconds)).toEqual([0.3, 0.5, 1.5, 0.6].map((seconds) => expect.closeTo(seconds, 2)));
  });

  it('takes silence out where the voice paused for longer than the beat asks', () => {
    const beats = beatsOf(['One.', 0.4], ['Two.', 0]);
    const found = silences(paceBeats(hum(beats, 0.7), beats, pauses));
    expect(found[1]?.seconds).toBeCloseTo(0.4, 2);
  });

  it('lets the last beat’s own pause win over a shorter tail', () => {
    const beats = beatsOf(['One.', 2]);
    expect(silences(paceBeats(hum(beats), beats, pauses)).at(-1)?.seconds).toBeCloseTo(2, 2);
  });

  it('moves the times of words with the sound', () => {
    const beats = beatsOf(['One two.', 0.5], ['Three (four)!', 1]);
    const paced = paceBeats(hum(beats), beats, pauses);
    const onset = silences(paced).map(({ from, seconds }) => from + seconds);
    expect(paced.beats.map(({ words }) => words.map(({ text }) => text))).toEqual([['One', 'two'], ['Three', 'four']]);
    expect(paced.beats[0]?.words[0]?.startSeconds).toBeCloseTo(onset[0] as number, 2);
    expect(paced.beats[1]?.words[0]?.startSeconds).toBeCloseTo(onset[1] as number, 2);
    expect(paced.beats.map(({ startSeconds }) => startSeconds)).toEqual([0, paced.beats[1]?.words[0]?.startSeconds]);
  });

  it('clicks nowhere: no sample jumps further than the voice itself does', () => {
    const beats = beatsOf(['oneone', 0.5], ['twotwo', 0.5], ['threes', 0]);
    // No silence at all between the beats: the cuts fall into sound.
    const audio = hum(beats, 0);
    audio.samples.forEach((_, place) => (audio.samples[place] = Math.round(12_000 * Math.sin((2 * Math.PI * 220 * place) / SOURCE_RATE))));
    const largest = (samples: Int16Array): number => samples.reduce((most, sample, place) => Math.max(most, place === 0 ? 0 : Math.abs(sample - (samples[place - 1] as number))), 0);
    const paced = paceBeats(audio, beats, pauses);
    expect(silences(paced)).toHaveLength(4);
    expect(largest(paced.samples)).toBeLessThan(largest(resample(audio.samples, SOURCE_RATE, NARRATION_SAMPLE_RATE)) * 1.2);
  });

  it('gives a beat without words its pause and no words', () => {
    const beats = beatsOf(['One.', 0.5], ['…', 1], ['Two.', 0.5]);
    const paced = paceBeats(hum(beats), beats, pauses);
    expect(paced.beats[1]?.words).toEqual([]);
    expect((paced.beats[2]?.startSeconds as number) - (paced.beats[0]?.speechEndSeconds as number)).toBeGreaterThan(1.4);
  });

  it('refuses an alignment of another text', () => {
    expect(() => paceBeats(hum([{ spoken: 'One.' }]), beatsOf(['Two.', 0.5]), pauses)).toThrow('alignment');
  });
});

describe('the beat table', () => {
  const beatList = fc.array(fc.tuple(fc.constantFrom('One two three.', 'a', 'Well, yes', '…', 'Why?'), fc.double({ min: 0, max: 2, noNaN: true })), { minLength: 1, maxLength: 8 });

  it('touches from the first frame to the last, for any beats and any frame rate', () => {
    fc.assert(
      fc.property(beatList, fc.constantFrom(15, 24, 25, 30, 60), fc.constantFrom(0, 0.06, 0.4), (told, framesPerSecond, gap) => {
        const beats = beatsOf(...told);
        const paced = paceBeats(hum(beats, gap), beats, pauses);
        const { beats: table, totalFrames } = beatFrames(paced, framesPerSecond);
        expect(table.map(({ startFrame }) => startFrame)).toEqual([0, ...table.slice(0, -1).map(({ endFrame }) => endFrame)]);
        expect(table.at(-1)?.endFrame).toBe(totalFrames);
        for (const beat of table) {
          beatFramesSchema.parse(beat);
          expect(beat.endFrame).toBeGreaterThan(beat.startFrame);
          expect(beat.speechEndFrame).toBeLessThanOrEqual(beat.endFrame);
          for (const { frame } of beat.words) expect(frame >= beat.startFrame && frame < beat.endFrame).toBe(true);
        }
        const wav = readWav(narrationWav(paced, { totalFrames, framesPerSecond }));
        expect(wav.samples.length).toBe(Math.round((totalFrames / framesPerSecond) * 48_000));
        expect(wav.samples.length).toBeGreaterThanOrEqual(paced.samples.length - 480);
      }),
      { numRuns: 40 },
    );
  });

  it('takes the nearest frame', () => {
    const beat = { speechEndSeconds: 1, words: [], alignment: { characters: [], characterStartTimesSeconds: [], characterEndTimesSeconds: [] } };
    const startsAt = (seconds: number): number | undefined => {
      const paced: PacedNarration = { samples: new Int16Array(), durationSeconds: 3, beats: [{ ...beat, startSeconds: 0 }, { ...beat, startSeconds: seconds }] };
      return beatFrames(paced, 30).beats[1]?.startFrame;
    };
    expect([1.016, 1.017, 1.0499, 1.0501].map(startsAt)).toEqual([30, 31, 31, 32]);
  });
});

describe('the sample rate', () => {
  const sine = (hertz: number, rate: number): Int16Array => Int16Array.from({ length: rate / 5 }, (_, place) => Math.round(10_000 * Math.sin((2 * Math.PI * hertz * place) / rate)));

  it.each([
    [22_050, 440],
    [22_050, 5000],
    [24_000, 8000],
    [16_000, 3000],
    [44_100, 12_000],
    [96_000, 10_000],
  ])('of %i Hz becomes 48 kHz with a tone of %i Hz in its place and at its height', (rate, hertz) => {
    const out = resample(sine(hertz, rate), rate, 48_000);
    const meant = sine(hertz, 48_000);
    expect(out.length).toBe(meant.length);
    // The ends lack neighbours on one side.
    const error = out.subarray(480, -480).reduce((most, sample, place) => Math.max(most, Math.abs(sample - (meant[place + 480] as number))), 0);
    expect(error).toBeLessThan(20);
  });

  it('lets no tone through that the lower rate cannot hold', () => {
    const out = resample(sine(30_000, 96_000), 96_000, 48_000);
    expect(Math.max(...out.subarray(480, -480))).toBeLessThan(10);
  });
});

describe('WAV', () => {
  it('reads back what was written', () => {
    fc.assert(fc.property(fc.int16Array({ maxLength: 500 }), fc.constantFrom(22_050, 48_000), (samples, rate) => void expect(readWav(wavBytes(samples, rate))).toEqual({ samples, sampleRate: rate, channels: 1 })));
  });

  it('reads past chunks that it does not know, and refuses what it cannot read', () => {
    const bytes = wavBytes(Int16Array.of(1, -2, 3), 48_000);
    const listed = new Uint8Array(bytes.length + 12);
    listed.set(bytes.subarray(0, 36));
    listed.set([...'LIST'].map((letter) => letter.charCodeAt(0)), 36);
    listed.set([3, 0, 0, 0, 9, 9, 9, 0], 40);
    // The odd chunk above is padded to an even length.
    listed.set(bytes.subarray(36), 48);
    expect(Array.from(readWav(listed).samples)).toEqual([1, -2, 3]);
    expect(() => readWav(bytes.subarray(4))).toThrow('not a WAV');
    const float = bytes.slice();
    float[20] = 3;
    expect(() => readWav(float)).toThrow('PCM');
    expect(() => readWav(bytes.subarray(0, 36))).toThrow('without samples');
  });
});
