import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementReader } from '../../../functions/author/plan/json-elements.ts';
import type { SectionReply } from '../../../functions/author/plan/reply.ts';
import { SectionStream } from '../../../functions/author/plan/section-stream.ts';
import { sectionReply } from '../../support/plan-replies.ts';

/** A text in pieces, at any cut, also within a character. */
const piecesOf = (text: string, cuts: number[]): string[] => {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length));
};

function elementsOf(pieces: string[]): unknown[] {
  const found: unknown[] = [];
  const reader = elementReader('sections', (element) => found.push(element));
  for (const piece of pieces) reader.write(piece);
  return found;
}

describe('elements of a list', () => {
  const elements = fc.array(fc.dictionary(fc.string({ maxLength: 5 }).filter((key) => key !== '__proto__'), fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('𝛼 → 🎉', '"}]', '\\frac{1}{2}', '\u2028'), fc.array(fc.integer()))), { maxLength: 4 });

  test('are the same however their text is cut', () => {
    fc.assert(fc.property(elements, fc.array(fc.nat(), { maxLength: 12 }), fc.constantFrom(undefined, 2), (sections, cuts, indent) => {
      const text = JSON.stringify({ title: 'A', sections, more: [1] }, undefined, indent);
      expect(elementsOf(piecesOf(text, cuts))).toEqual(JSON.parse(JSON.stringify(sections)));
    }));
  });

  test('are there as soon as the last of their characters is', () => {
    const sections = [sectionReply('One 🎉'), sectionReply('Two')];
    const text = JSON.stringify({ sections });
    const counts: number[] = [];
    let found = 0;
    const reader = elementReader('sections', () => (found += 1));
    for (const character of text) {
      reader.write(character);
      counts.push(found);
    }
    const [first] = sections.map((section) => JSON.stringify(section).length);
    const end = [...'{"sections":['].length + [...JSON.stringify(sections[0])].length;
    expect(first).toBeGreaterThan(100);
    expect(counts[end - 2]).toBe(0);
    expect(counts[end - 1]).toBe(1);
    expect(counts.at(-1)).toBe(2);
  });

  test('are found in a fence, after words, and before more words', () => {
    expect(elementsOf(['Here you are:\n``', '`json\n{"sections": [{"a": 1}]}\n```\nIs this ', 'what you want? {"sections": [{"b": 2}]}'])).toEqual([{ a: 1 }]);
  });

  test('that stand before a mistake are found, and nothing after it', () => {
    expect(elementsOf(['{"sections": [{"a": 1}, {"b": nonsense}, ', '{"c": 3}]}'])).toEqual([{ a: 1 }]);
    expect(elementsOf(['no object at all'])).toEqual([]);
  });

  test('are those of the object’s own list alone', () => {
    expect(elementsOf([JSON.stringify({ other: [{ sections: [1] }], sections: [{ sections: [2] }] })])).toEqual([{ sections: [2] }]);
  });
});

describe('a reply that is held open', () => {
  interface Opened {
    say: (piece: string) => void;
    end: (sections: SectionReply[]) => void;
    fail: (error: unknown) => void;
    signal: AbortSignal;
    stream: SectionStream;
  }
  const open = (): Opened => {
    let opened: Omit<Opened, 'stream'> | undefined;
    const stream = new SectionStream(({ signal, onText }) => new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      opened = { signal, say: (piece) => onText?.(piece), end: (sections) => resolve({ value: { sections }, cached: false }), fail: reject };
    }));
    return { ...opened!, stream };
  };
  const sections = ['One', 'Two'].map((title) => sectionReply(title));

  test('brings what has come before it tells that it broke', async () => {
    const { stream, say, fail } = open();
    const broken = new Error('broken');
    say(`{"sections":[${JSON.stringify(sections[0])},{"ti`);
    fail(broken);
    await Promise.resolve();
    expect(await stream.take()).toEqual({ section: sections[0] });
    expect(await stream.take()).toEqual({ ended: true, error: broken });
    expect(await stream.take()).toEqual({ ended: true, error: broken });
    expect(stream.hasBegun).toBe(true);
  });

  test('gives each section to whoever waits for it', async () => {
    const { stream, say, end } = open();
    const first = stream.take();
    expect(stream.hasBegun).toBe(false);
    say(JSON.stringify({ sections }));
    expect(await first).toEqual({ section: sections[0] });
    end(sections);
    expect(await stream.take()).toEqual({ section: sections[1] });
    expect(await stream.take()).toEqual({ ended: true, error: undefined });
  });

  test('that was corrected as a whole brings the sections that could not be read as they came', async () => {
    const { stream, say, end } = open();
    say(`{"sections":[${JSON.stringify(sections[0])},oh no]}`);
    end(sections);
    expect([await stream.take(), await stream.take(), await stream.take()]).toEqual([{ section: sections[0] }, { section: sections[1] }, { ended: true, error: undefined }]);
  });

  test('is given up when any signal that it follows is aborted', async () => {
    const { stream, signal } = open();
    const [one, other] = [new AbortController(), new AbortController()];
    stream.follow(one.signal);
    stream.follow(one.signal);
    stream.follow(other.signal);
    const taken = stream.take();
    other.abort(new Error('cancelled'));
    expect(signal.aborted).toBe(true);
    expect(await taken).toMatchObject({ ended: true, error: { message: 'cancelled' } });
  });

  test('is given up at once for a signal that is aborted already', () => {
    const { stream, signal } = open();
    stream.follow(AbortSignal.abort(new Error('cancelled')));
    expect(signal.reason).toMatchObject({ message: 'cancelled' });
  });
});
