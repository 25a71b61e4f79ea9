import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNarration } from '../../../functions/author/plan/narration.ts';
import { readSectionReply, type SectionReply } from '../../../functions/author/plan/reply.ts';
import { mendSection } from '../../../functions/author/plan/section-mend.ts';
import { readSection, sectionOf } from '../../../functions/author/plan/section-read.ts';
import { sectionSchema } from '../../../shared/contract/plan.ts';
import { sectionReply, withBeat } from '../../support/plan-replies.ts';

const place = { language: 'en', seconds: 40 };
const good = sectionReply('Groups');
const faultsOf = (reply: SectionReply): string[] => readSection(reply, place).faults;
const faultsOfWords = (narration: string): string[] => faultsOf(withBeat(good, 1, { narration }));

describe('a section', () => {
  test('without a fault becomes one of the plan’s own form', () => {
    const read = readSection(good, place);
    expect(read.faults).toEqual([]);
    const section = sectionOf('Groups', read.beats.map(({ beat }) => beat));
    expect(sectionSchema.parse(section)).toEqual(section);
    expect(section.beats[0]).toEqual({
      narration: [{ text: 'Take the third and the fourth term together, and look at how long they are beside the others.' }],
      keyPhrases: ['fourth term'],
      visuals: [],
      picture: 'Bar 1 slides in from the right and stops beside the last one.',
      pauseSeconds: 0.5,
    });
    expect(section.beats.at(-1)?.pauseSeconds).toBe(1);
  });

  test.each<[string, SectionReply, RegExp]>([
    ['without beats', { ...good, beats: [] }, /^It has no beats/],
    ['of one beat', { ...good, beats: good.beats.slice(0, 1) }, /^It has 1 beats; a section has 2 to 10/],
    ['of many beats', { ...good, beats: Array.from({ length: 11 }, () => good.beats[0]!) }, /^It has 11 beats/],
    ['with a beat without a picture', withBeat(good, 1, { picture: ' ' }), /^Beat 2 .*: it has no picture\.$/],
    ['with a beat without words', withBeat(good, 1, { narration: '' }), /^Beat 2 .*: it has no words\.$/],
    ['with a beat of nothing but marks', withBeat(good, 1, { narration: '… ?' }), /^Beat 2 .*: it has no words\.$/],
    ['with a beat that does not end', withBeat(good, 2, { narration: `${'and then '.repeat(25)}it ends.` }), /^Beat 3 .*: it has 52 words in 1 sentences/],
    ['with a beat of five sentences', withBeat(good, 2, { narration: 'One is here. Two is there. Three is gone. Four is left. Five is right.' }), /in 5 sentences/],
    ['that says far too little', { ...good, beats: good.beats.slice(0, 2) }, /^Its words take about 15 seconds; 40 are planned/],
    ['that says far too much', { ...good, beats: [...good.beats, ...good.beats] }, /^Its words take about 77 seconds; 40 are planned/],
  ])('%s is told of', (_, reply, fault) => {
    expect(faultsOf(reply)).toContainEqual(expect.stringMatching(fault));
  });

  test('may be of any length where none is planned', () => {
    expect(readSection({ ...good, beats: good.beats.slice(0, 2) }, { language: 'en', seconds: undefined }).faults).toEqual([]);
  });

  test('that is no section at all is read as an empty one', () => {
    for (const value of [null, 7, 'words', [], {}, { title: 3, beats: 'none' }]) expect(readSectionReply(value)).toEqual({ title: '', beats: [] });
    expect(readSectionReply({ title: 'A', beats: [null, { narration: 'Words.' }] })).toEqual({
      title: 'A',
      beats: [{ narration: '', picture: '', keyPhrases: [], pauseSeconds: 0.5 }, { narration: 'Words.', picture: '', keyPhrases: [], pauseSeconds: 0.5 }],
    });
    fc.assert(fc.property(fc.jsonValue(), (value) => readSection(readSectionReply(value), place).faults.length > 0));
  });
});

describe('words', () => {
  test('have their formulas in words that can be spoken', () => {
    const { spans, faults } = readNarration('So $H_n$ is at least [$1 + \\frac{k}{2}$](say "one plus k over two"), **not less**, and $a^2$ is left.', 'en');
    expect(faults).toEqual([]);
    expect(spans).toEqual([
      { text: 'So ' }, { text: 'Hₙ', spoken: 'H sub n' }, { text: ' is at least ' }, { text: '1 + k/2', spoken: 'one plus k over two' },
      { text: ', not less, and ' }, { text: 'a²', spoken: 'A squared' }, { text: ' is left.' },
    ]);
  });

  test('with lowered digits are shown with them and spoken without', () => {
    expect(readNarration('It binds CO₂ and H₂O.', 'en')).toMatchObject({
      spans: [{ text: 'It binds ' }, { text: 'CO₂', spoken: 'CO2' }, { text: ' and ' }, { text: 'H₂O.', spoken: 'H2O.' }],
      faults: [],
    });
  });

  test.each([
    'It costs five dollars, or 100 percent more.', 'That is 3 + 4 = 7, and 2 < 3.', 'Water boils at 100 °C (212 °F).', 'The C# note is “sharp” – or is it?',
    'Call `print` or `n`.', 'It’s *really* small: 0.5 mm!', 'Ein kleines Stück, später größer.', 'Two paragraphs\n\nare one.', 'e.g. the mean, i.e. the middle', 'Angle α and π.',
  ])('such as “%s” can be spoken', (narration) => {
    expect(readNarration(narration, 'en').faults).toEqual([]);
  });

  test.each([
    ['The sum is \\frac{1}{2}.', /“\\frac\{1\}\{2\}” is LaTeX outside/],
    ['Then x_1 grows.', /“x_1” is LaTeX/],
    ['Then x^2 grows.', /“x\^2” is LaTeX/],
    ['Then x² grows.', /“x²” has raised digits/],
    ['See https://example.com/a for more.', /is an address/],
    ['See example.org for more.', /“example.org” is an address/],
    ['Great! 🎉', /an emoji/],
    ['Heat ☀️ rises.', /an emoji/],
    ['A → B.', /“→” is an arrow/],
    ['The ∑ of it is √2.', /“∑” is a sign of mathematics/],
    ['Call `a[i] = b;` now.', /“a\[i\] = b;” is code/],
    ['Then call sort() on it.', /“sort\(\)” is code/],
    ['It costs $5 and later $10 more.', /“\$5 and later \$” is read as a formula and is none/],
    ['It costs $5.', /dollar sign stands alone/],
    ['The mean is $\\frac{a+b}{2}$.', /cannot be read aloud: where the fraction starts and ends.*\[\$\\frac\{a\+b\}\{2\}\$\]\(say "…"\)/],
    ['The sum $\\sum_{k=1}^{n} k$.', /cannot be read aloud/],
    ['A [sum](say "") here.', /no words to be spoken/],
    ['# Groups', /a heading cannot be spoken/],
    ['- one\n- two', /a list cannot be spoken/],
    ['| a | b |\n|-|-|\n| 1 | 2 |', /a table cannot be spoken/],
    ['```\nx = 1\n```', /a block of code cannot be spoken/],
    ['> He said so.', /a quotation cannot be spoken/],
    ['$$\nx = 1\n$$', /a displayed formula cannot be spoken/],
    ['This is <b>bold</b>.', /HTML/],
    ['Look ![a leaf](leaf.png) here.', /picture stands in the middle/],
    ['This is ** not bold.', /“\*\*” is a mark of Markdown/],
  ])('such as “%s” cannot', (narration, fault) => {
    const told = faultsOfWords(narration);
    expect(told).toContainEqual(expect.stringMatching(fault));
    expect(told.every((one) => one.startsWith('Beat 2 ') || one.startsWith('Its words'))).toBe(true);
  });

  test('with a formula cannot be spoken in a language that has no words for it', () => {
    expect(readNarration('Ecco $a^2$.', 'it').faults).toEqual([expect.stringContaining('cannot be read aloud in the language "it"')]);
    expect(readNarration('Ecco [$a^2$](say "a al quadrato").', 'it').faults).toEqual([]);
  });

  test('never come out with marks in them, whatever comes in', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'b ', '**', '$', '\\frac', '{', '}', '`', '[', '](say "', '")', '\n\n', '_', '. ', '#') }), (text) => {
      const { spans, faults } = readNarration(text, 'en');
      if (faults.length > 0) return;
      for (const { text: shown, spoken } of spans) expect(spoken ?? shown).not.toMatch(/\\frac|\$|\*\*/);
    }), { examples: [['[a](say "**")']] });
  });
});

describe('key phrases', () => {
  const phrasesOf = (narration: string, keyPhrases: string[]): string[] => readSection(withBeat(good, 0, { narration, keyPhrases }), place).beats[0]!.beat.keyPhrases;

  test('are the bold words and those that are named, each once, three at most', () => {
    expect(phrasesOf('Each **makes** one half, and $H_n$ grows by *one half*, again.', ['one half', 'Makes', '$H_n$', 'grows'])).toEqual(['makes', 'one half', '$H_n$']);
  });

  test('that are not spoken are dropped', () => {
    expect(phrasesOf('Each makes one half.', ['two halves', '', 'one half'])).toEqual(['one half']);
  });
});

describe('a section that was corrected and still has a fault', () => {
  const mended = (reply: SectionReply) => mendSection(readSection(reply, place), { title: 'Groups', number: 2 });

  test('loses beats without words, and leaves a picture to whoever draws it', () => {
    const { beats } = mended(withBeat(withBeat(good, 1, { narration: '' }), 2, { picture: '' }));
    expect(beats).toHaveLength(4);
    expect(beats.map(({ picture }) => picture === undefined)).toEqual([false, true, false, false]);
  });

  test('may be longer or shorter than planned', () => {
    expect(mended({ ...good, beats: good.beats.slice(0, 1) }).beats).toHaveLength(1);
    expect(mended({ ...good, beats: [...good.beats, ...good.beats, ...good.beats] }).beats).toHaveLength(15);
  });

  test.each<[string, SectionReply, RegExp]>([
    ['with words that cannot be spoken', withBeat(good, 1, { narration: 'The mean is $\\frac{a+b}{2}$.' }), /in section 2, beat 2 has words that cannot be spoken/],
    ['without a word', { ...good, beats: [] }, /in section 2 nothing is said/],
    ['without an end', { ...good, beats: Array.from({ length: 25 }, () => good.beats[0]!) }, /section 2 has 25 beats/],
  ])('is refused %s', (_, reply, message) => {
    expect(() => mended(reply)).toThrow(expect.objectContaining({ code: 'plan_unusable', message: expect.stringMatching(message) }));
  });

  test('is refused without a word of it in the error', () => {
    expect(() => mended(withBeat(good, 1, { narration: 'The secret is $\\frac{a+b}{2}$.' }))).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }));
  });
});
