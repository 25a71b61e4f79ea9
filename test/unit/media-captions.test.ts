import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filmCues, sectionCaptionWords } from '../../functions/media/captions/captions.ts';
import { subRip, webVtt } from '../../functions/media/captions/formats.ts';
import { captionLimits } from '../../functions/media/captions/limits.ts';
import type { Cue } from '../../functions/media/captions/schedule.ts';
import type { CaptionWord } from '../../functions/media/captions/shown-words.ts';
import type { Span } from '../../shared/contract/plan.ts';
import { parseWebVtt } from '../support/webvtt.ts';

const FRAMES_PER_SECOND = 30;

/** Times of a text whose every character lasts as long. */
const evenly = (text: string, secondsPerCharacter: number, startSeconds = 0) => {
  const characters = Array.from(text);
  const times = characters.map((_, index) => startSeconds + index * secondsPerCharacter);
  return { characters, characterStartTimesSeconds: times, characterEndTimesSeconds: times.map((seconds) => seconds + secondsPerCharacter) };
};

const spokenOf = (narration: Span[]): string => narration.map((span) => span.spoken ?? span.text).join('').trim();

interface Told {
  language?: string;
  secondsPerCharacter?: number;
  /** How much longer the clip is than what is said in it. */
  extraSeconds?: number;
}

const wordsOf = (beats: Span[][], { language = 'en', secondsPerCharacter = 0.07 }: Told = {}): CaptionWord[] => {
  let start = 0.3;
  const paced = beats.map((narration) => {
    const alignment = evenly(spokenOf(narration), secondsPerCharacter, start);
    start = (alignment.characterEndTimesSeconds.at(-1) ?? start) + 0.5;
    return { alignment };
  });
  return sectionCaptionWords(beats.map((narration) => ({ narration })), paced, language);
};

const cuesOf = (sections: Span[][][], told: Told = {}): ReturnType<typeof filmCues> & { frames: number } => {
  const captioned = sections.map((beats) => {
    const words = wordsOf(beats, told);
    const seconds = Math.max(0, ...words.map(({ endSeconds }) => endSeconds)) + (told.extraSeconds ?? 0.6);
    return { words, frames: Math.ceil(seconds * FRAMES_PER_SECOND) };
  });
  const frames = captioned.reduce((sum, section) => sum + section.frames, 0);
  return { ...filmCues(captioned, { language: told.language ?? 'en', framesPerSecond: FRAMES_PER_SECOND }), frames };
};

const rateOf = ({ lines, startMilliseconds, endMilliseconds }: Cue): number => (lines.join(' ').length * 1000) / (endMilliseconds - startMilliseconds);

function expectReadable(cues: Cue[], language: string, frames: number): void {
  const limits = captionLimits(language);
  let free = 0;
  for (const cue of cues) {
    expect(cue.lines.length).toBeGreaterThan(0);
    expect(cue.lines.length).toBeLessThanOrEqual(2);
    for (const line of cue.lines) {
      expect(line).toBe(line.trim());
      expect(line).not.toBe('');
      expect(line.length).toBeLessThanOrEqual(limits.charactersPerLine);
    }
    expect(cue.startMilliseconds).toBeGreaterThanOrEqual(free);
    expect(rateOf(cue)).toBeLessThanOrEqual(limits.highestRate);
    expect(cue.endMilliseconds - cue.startMilliseconds).toBeLessThanOrEqual(7000);
    free = cue.endMilliseconds + Math.ceil(2000 / FRAMES_PER_SECOND);
  }
  expect(cues.at(-1)?.endMilliseconds ?? 0).toBeLessThanOrEqual((frames * 1000) / FRAMES_PER_SECOND);
}

const letters = fc.string({ unit: fc.constantFrom(...'abcdefgxyzáñß𝑥0123456789'), minLength: 1, maxLength: 12 });
const word = fc.oneof({ weight: 8, arbitrary: letters }, { weight: 1, arbitrary: fc.constantFrom('the', 'of', 'and', '—', '<b>', '&', '{\\an8}') }, { weight: 1, arbitrary: fc.string({ minLength: 40, maxLength: 120 }) });
const marked = fc.tuple(word, fc.constantFrom('', '', '', ',', '.', '?', ';')).map(([text, mark]) => text + mark);
const sentence = fc.array(marked, { minLength: 1, maxLength: 25 }).map((words) => words.join(' '));
const wide = fc.string({ unit: fc.constantFrom(...'数学你好世界今天我们学习三角形的平方和等于斜边，。？ab '), minLength: 1, maxLength: 60 });
const spanOf = (text: fc.Arbitrary<string>): fc.Arbitrary<Span> => fc.oneof({ weight: 4, arbitrary: text.map((shown) => ({ text: `${shown} ` })) }, { weight: 1, arbitrary: fc.tuple(text, text).map(([shown, spoken]) => ({ text: `${shown} `, spoken: `${spoken} ` })) });
const sectionsOf = (text: fc.Arbitrary<string>): fc.Arbitrary<Span[][][]> =>
  fc.array(fc.array(fc.array(spanOf(text), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
const speed = fc.double({ min: 0.004, max: 0.3, noNaN: true });

describe('captions of any text at any speed', () => {
  it.each([
    ['en', sentence],
    ['zh', wide],
    ['ko', wide],
  ] as const)('keep every hard limit (%s)', (language, text) => {
    fc.assert(
      fc.property(sectionsOf(text), speed, (sections, secondsPerCharacter) => {
        const { cues, frames } = cuesOf(sections, { language, secondsPerCharacter });
        expectReadable(cues, language, frames);
      }),
      { numRuns: 60 },
    );
  });

  it('say every word that is shown, in order, unless they say that they do not', () => {
    fc.assert(
      fc.property(sectionsOf(sentence), speed, (sections, secondsPerCharacter) => {
        const { cues, shortened } = cuesOf(sections, { secondsPerCharacter });
        const bare = (text: string): string => text.replace(/[\s\p{Cc}]/gu, '');
        const said = bare(cues.flatMap(({ lines }) => lines).join(''));
        const shown = bare(sections.flat(2).map(({ text }) => text).join(''));
        if (shortened) expect(said.length).toBeLessThan(shown.length);
        else expect(said).toBe(shown);
      }),
      { numRuns: 60 },
    );
  });

  it('are WebVTT without a fault, and read back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(sectionsOf(sentence), async (sections) => {
        const { cues } = cuesOf(sections);
        const parsed = await parseWebVtt(webVtt(cues));
        expect(parsed.errors).toEqual([]);
        expect(parsed.cues.map(({ startTime, endTime }) => [Math.round(startTime * 1000), Math.round(endTime * 1000)])).toEqual(cues.map(({ startMilliseconds, endMilliseconds }) => [startMilliseconds, endMilliseconds]));
        const unescaped = parsed.cues.map(({ text }) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
        expect(unescaped).toEqual(cues.map(({ lines }) => lines.join('\n')));
      }),
      { numRuns: 30 },
    );
  });
});

describe('captions of a lesson', () => {
  const text =
    'Draw a square on each side of a right triangle. Two of them are small, and one is large, because it stands on the hypotenuse, the longest side of all. ' +
    'Why should that be true? Take four copies of the triangle and lay them into a square.';

  it('aim at 17 characters a second and end where the sense does', () => {
    const { cues, shortened } = cuesOf([[[{ text }]]], { secondsPerCharacter: 0.068 });
    expect(shortened).toBe(false);
    for (const cue of cues) expect(rateOf(cue)).toBeLessThanOrEqual(18);
    const ends = cues.map(({ lines }) => lines.at(-1)?.at(-1));
    expect(ends.filter((mark) => mark !== undefined && '.,?'.includes(mark)).length).toBe(ends.length);
  });

  it('are there when their first word is spoken', () => {
    const words = wordsOf([[{ text }]]);
    const { cues } = cuesOf([[[{ text }]]]);
    const starts = new Set(words.map(({ startSeconds }) => Math.round(startSeconds * 1000)));
    for (const { startMilliseconds } of cues) expect(starts.has(startMilliseconds)).toBe(true);
  });

  it('show what is shown while something else is said', () => {
    const beat: Span[] = [{ text: '  We know that ' }, { text: 'E = mc²', spoken: 'E equals m c squared' }, { text: ', always.' }];
    const words = wordsOf([beat], { secondsPerCharacter: 0.1 });
    expect(words.map((shown) => shown.text)).toEqual(['We', 'know', 'that', 'E', '=', 'mc²,', 'always.']);
    const spoken = spokenOf(beat);
    const startOf = (part: string): number => 0.3 + spoken.indexOf(part) * 0.1;
    expect(words[0]?.startSeconds).toBeCloseTo(0.3);
    expect(words[3]?.startSeconds).toBeCloseTo(startOf('E equals'));
    expect(words[5]?.endSeconds).toBeCloseTo(startOf(', always'), 1);
    expect(words[6]?.startSeconds).toBeCloseTo(startOf('always'));
  });

  it('come early or stay longer where words are spoken too fast to be read', () => {
    const slow = { text: 'A quiet start. ' };
    const fast = { text: 'The International Bureau of Weights and Measures keeps it.', spoken: 'The B I P M keeps it.' };
    const { cues, shortened, frames } = cuesOf([[[slow], [fast]], [[slow]]], { secondsPerCharacter: 0.07 });
    expect(shortened).toBe(false);
    expectReadable(cues, 'en', frames);
  });

  it('lose their ends, and say so, where a whole film is too short to read them', () => {
    const { cues, shortened, frames } = cuesOf([[[{ text: 'many words are shown here '.repeat(8), spoken: 'few' }]]]);
    expect(shortened).toBe(true);
    expectReadable(cues, 'en', frames);
    expect(cues[0]?.lines.at(-1)).toMatch(/…$/);
  });

  it('split a word that no line can hold', () => {
    const { cues } = cuesOf([[[{ text: 'x'.repeat(100) }]]], { secondsPerCharacter: 0.1 });
    expect(cues.flatMap(({ lines }) => lines).join('')).toBe('x'.repeat(100));
  });

  it('keep Chinese marks with the words before them, and put no spaces in', () => {
    const { cues } = cuesOf([[[{ text: '你好，世界。今天我们学习勾股定理：直角三角形两条直角边的平方和等于斜边的平方（见图）。' }]]], { language: 'zh', secondsPerCharacter: 0.25 });
    const lines = cues.flatMap((cue) => cue.lines);
    expect(lines.join('')).not.toContain(' ');
    for (const line of lines) expect(line).not.toMatch(/^[，。：）]|（$/);
  });

  it('are none where nothing is shown', () => {
    expect(cuesOf([[[{ text: ' ' }]]]).cues).toEqual([]);
    expect(webVtt([])).toBe('WEBVTT\n');
  });
});

describe('formats', () => {
  const cues: Cue[] = [{ startMilliseconds: 3_723_004, endMilliseconds: 3_725_000, lines: ['a < b & c > d', '{\\an8}<i>\\N'] }];

  it('WebVTT escapes what would be markup', () => {
    expect(webVtt(cues)).toBe('WEBVTT\n\n1\n01:02:03.004 --> 01:02:05.000\na &lt; b &amp; c &gt; d\n{\\an8}&lt;i&gt;\\N\n');
  });

  it('SubRip keeps it, and breaks what ffmpeg would take for markup by a joiner that is not seen', () => {
    expect(subRip(cues)).toBe('1\n01:02:03,004 --> 01:02:05,000\na < b & c > d\n{\u2060\\an8}<\u2060i>\\\u2060N\n');
  });
});
