import { describe, expect, test } from 'vitest';
import { outlineFaults } from '../../../functions/author/plan/outline-check.ts';
import { mendOutline, withKeywords } from '../../../functions/author/plan/outline-mend.ts';
import { tidyOutline } from '../../../functions/author/plan/outline-tidy.ts';
import { filmWishes } from '../../../functions/author/plan/outline-wishes.ts';
import type { OutlineReply } from '../../../functions/author/plan/reply.ts';
import { outlineReply, planFlavor } from '../../support/plan-replies.ts';

const wishes = filmWishes(planFlavor, { seconds: 120 });
const good = outlineReply();
const faultsOf = (changes: Partial<OutlineReply>): string[] => outlineFaults(tidyOutline(outlineReply(changes)), wishes);
const mended = (changes: Partial<OutlineReply>): OutlineReply => mendOutline(tidyOutline(outlineReply(changes)), wishes);
const withSection = (index: number, changes: Partial<OutlineReply['sections'][number]>): OutlineReply['sections'] =>
  good.sections.map((section, place) => (place === index ? { ...section, ...changes } : section));

describe('an outline', () => {
  test('without a fault stays as it is', () => {
    expect(tidyOutline(good)).toEqual(good);
    expect(outlineFaults(good, wishes)).toEqual([]);
    expect(mendOutline(good, wishes)).toEqual(good);
  });

  test('is put right where only one thing can be meant', () => {
    const tidy = tidyOutline(outlineReply({
      title: ' Why the harmonic\nseries has no end. ',
      language: 'pt_BR',
      keywords: ['a', 'A', '', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'],
      ledger: [{ symbol: '$x_{1}$', colour: 'blue', meaning: 'the first' }, { symbol: 'x_{1}', colour: 'blue', meaning: 'the first' }],
      sections: [
        { title: '1. Ever thinner blocks', goal: ' sees ', seconds: 60, introduces: ['x_1'], uses: ['x_{1}'] },
        { title: 'Section 2: Groups', goal: 'sees', seconds: 60, introduces: ['x_{1}'], uses: [] },
      ],
    }));
    expect(tidy).toEqual({
      title: 'Why the harmonic series has no end',
      language: 'pt-BR',
      keywords: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
      ledger: [{ symbol: 'x_{1}', colour: 'blue', meaning: 'the first' }],
      sections: [
        { title: 'Ever thinner blocks', goal: 'sees', seconds: 60, introduces: ['x_{1}'], uses: [] },
        { title: 'Groups', goal: 'sees', seconds: 60, introduces: [], uses: ['x_{1}'] },
      ],
    });
  });

  test.each<[string, Partial<OutlineReply>, RegExp]>([
    ['that is too long', { sections: withSection(1, { seconds: 90 }) }, /together are 165; the film is to take 120/],
    ['that is too short', { sections: withSection(1, { seconds: 20 }) }, /together are 95/],
    ['without sections', { sections: [] }, /no sections/],
    ['with too few sections', { sections: [{ ...outlineReply().sections[0]!, seconds: 120 }], ledger: [outlineReply().ledger[0]!] }, /1 sections; there are to be 2 to 4/],
    ['with a section that is over at once', { sections: withSection(0, { seconds: 5 }) }, /Section 1 .* takes 5 seconds; a section takes 12 to 120/],
    ['with a section that never ends', { sections: withSection(0, { seconds: 150 }) }, /Section 1 .* takes 150 seconds/],
    ['with a title twice', { sections: withSection(2, { title: 'Groups of one half!' }) }, /Sections 2 and 3 are about the same/],
    ['with a section told twice', { sections: withSection(2, { title: 'Halves in groups', goal: 'packs terms into groups that each reach at least one half' }) }, /Sections 2 and 3 are about the same/],
    ['with a section for nothing', { sections: withSection(1, { goal: ' … ' }) }, /Section 2 .* has no goal/],
    ['with a section without a title', { sections: withSection(1, { title: ' ' }) }, /Section 2 has no title/],
    ['with a title that fits nowhere', { sections: withSection(1, { title: 'very '.repeat(20) }) }, /title of section 2 has 99 characters/],
    ['without a title', { title: '' }, /film has no title/],
    ['with a symbol before it is named', { sections: withSection(0, { uses: ['H_n'] }) }, /Section 1 .* uses “H_n” before/],
    ['with a symbol that nobody lists', { sections: withSection(2, { uses: ['\\epsilon'] }) }, /Section 3 .* names “\\epsilon”, which is not in the ledger/],
    ['with a symbol that nobody introduces', { ledger: [...good.ledger, { symbol: 'k', colour: 'teal', meaning: 'a count' }] }, /No section introduces the symbol “k”/],
    ['with a symbol of two meanings', { ledger: [...good.ledger, { symbol: 'n', colour: 'teal', meaning: 'a neutron' }] }, /“n” stands in the ledger twice/],
    ['with a colour of two meanings', { ledger: good.ledger.map((entry) => ({ ...entry, colour: 'blue' as const })) }, /Two symbols .* are blue although/],
    ['with a symbol that means nothing', { ledger: good.ledger.map((entry) => ({ ...entry, meaning: '' })) }, /does not say what “n” means/],
    ['with a word for a symbol', { ledger: [...good.ledger, { symbol: 'velocity', colour: 'teal', meaning: 'how fast' }] }, /“velocity” is a word rather than a symbol/],
    ['with a formula for a symbol', { ledger: [...good.ledger, { symbol: 'a = b', colour: 'teal', meaning: 'equal' }] }, /“a = b” is a formula/],
    ['with marks in a symbol', { ledger: [...good.ledger, { symbol: 'a$b', colour: 'teal', meaning: 'a price' }] }, /“a\$b” has a dollar sign in it/],
    ['with LaTeX that breaks off', { ledger: [...good.ledger, { symbol: '\\frac{a', colour: 'teal', meaning: 'a part' }] }, /“\\frac\{a” is not LaTeX: a \} is missing/],
    ['in a language by its name', { language: 'English' }, /“English” is no BCP 47 code/],
    ['in no language', { language: '' }, /“” is no BCP 47 code/],
  ])('%s is told of', (_, changes, fault) => {
    expect(faultsOf(changes)).toContainEqual(expect.stringMatching(fault));
  });

  test('tells all faults at once, and of keywords only beside others', () => {
    expect(faultsOf({ keywords: [] })).toEqual([]);
    expect(faultsOf({ keywords: [], language: 'English', title: '' })).toEqual([
      'The film has no title.',
      expect.stringContaining('BCP 47'),
      'There are 0 keywords; there are to be 3 to 8.',
    ]);
  });

  test('with six symbols may share a colour, once all five are taken', () => {
    const symbols = ['a', 'b', 'c', 'd', 'e', 'f'];
    const colours = ['blue', 'orange', 'teal', 'rose', 'violet', 'blue'] as const;
    const ledger = symbols.map((symbol, index) => ({ symbol, colour: colours[index] ?? 'blue', meaning: 'a side' }));
    const sections = withSection(0, { introduces: symbols }).map((section) => ({ ...section, uses: [], ...(section.introduces.length < 6 ? { introduces: [] } : {}) }));
    expect(faultsOf({ ledger, sections })).toEqual([]);
    expect(faultsOf({ ledger: ledger.map((entry, index) => (index === 4 ? { ...entry, colour: 'blue' as const } : entry)), sections })).toEqual([expect.stringContaining('are blue')]);
  });

  test('whose length nobody asked for may be what its topic takes', () => {
    const usual = filmWishes(planFlavor, {});
    expect(outlineFaults(outlineReply({ sections: withSection(1, { seconds: 90 }) }), usual)).toEqual([]);
    expect(outlineFaults(outlineReply({ sections: withSection(1, { seconds: 118 }) }), usual)).toEqual([expect.stringContaining('193')]);
  });

  test('of a film of any length has sections of a length that people like', () => {
    expect(filmWishes(planFlavor, { seconds: 30 }).sections).toEqual({ fewest: 1, most: 4 });
    expect(filmWishes(planFlavor, { seconds: 900 }).sections).toEqual({ fewest: 2, most: 10 });
  });
});

describe('an outline that was corrected and still has a fault', () => {
  test.each<[string, Partial<OutlineReply>, Partial<OutlineReply>]>([
    ['keeps each section’s share of the length', { sections: withSection(1, { seconds: 100 }) }, { sections: [24, 69, 27].map((seconds, index) => ({ ...good.sections[index]!, seconds })) }],
    ['loses the second of two sections', {
      sections: [...good.sections, { ...good.sections[1]!, goal: good.sections[1]!.goal, seconds: 12, introduces: [], uses: [] }],
    }, { sections: good.sections }],
    ['has symbols introduced where they are first used', { sections: withSection(0, { uses: ['H_n'] }) }, {
      sections: [
        { ...good.sections[0]!, introduces: ['n', 'H_n'] },
        { ...good.sections[1]!, introduces: [], uses: ['H_n', 'n'] },
        good.sections[2]!,
      ],
    }],
    ['forgets symbols that nobody lists', { sections: withSection(2, { uses: ['n', 'z'] }) }, { sections: withSection(2, { uses: ['n'] }) }],
    ['forgets symbols that nobody uses, or that cannot be set', {
      ledger: [...good.ledger, { symbol: 'k', colour: 'teal', meaning: 'a count' }, { symbol: '{', colour: 'rose', meaning: 'a brace' }],
    }, {}],
    ['gives a free colour to the second of two', { ledger: good.ledger.map((entry) => ({ ...entry, colour: 'blue' as const })) }, {
      ledger: [good.ledger[0]!, { ...good.ledger[1]!, colour: 'orange' }],
    }],
    ['goes without the goal that nobody set', { sections: withSection(1, { goal: '' }) }, { sections: withSection(1, { goal: '' }) }],
  ])('%s', (_, changes, expected) => {
    expect(mended(changes)).toEqual(outlineReply(expected));
  });

  test('of three sections is no film of a quarter of an hour', () => {
    expect(() => mendOutline(good, filmWishes(planFlavor, { seconds: 900 }))).toThrow(/sections take 360 seconds, and 900 were asked for/);
  });

  test('has its keywords from its titles', () => {
    expect(withKeywords(outlineReply({ keywords: ['pi'], title: 'Pi: how round is it?' })).keywords).toEqual(['pi', 'how round is it', 'Ever thinner blocks']);
  });

  test.each<[string, Partial<OutlineReply>, RegExp]>([
    ['sections too few', { sections: [] }, /it has 0 sections, and 2 to 4 were asked for/],
    ['no language', { language: 'English' }, /names no language/],
    ['no title', { title: '' }, /no title/],
    ['one title for two sections of two', { sections: [good.sections[0]!, { ...good.sections[0]!, seconds: 85 }] }, /same title/],
  ])('is refused with %s', (_, changes, message) => {
    expect(() => mended(changes)).toThrow(expect.objectContaining({ code: 'plan_unusable', message: expect.stringMatching(message) }));
  });
});
