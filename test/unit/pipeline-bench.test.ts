import { describe, expect, it } from 'vitest';
import { idealFilm } from '../support/pipeline/ideal.ts';
import { type Awaited, drawnLatencies, type Latencies, usualLatencies } from '../support/pipeline/latencies.ts';

describe('the ideal that films are measured against', () => {
  /** The outline and each section's plan take a second, and its path what is given. */
  const paths = (...seconds: number[]): Latencies => {
    const drawing = (section: number): number => (seconds[section - 1] ?? NaN) - 2;
    return (what, section) => (what === 'render' ? drawing(section) : 1);
  };

  it('plans one after the other, and makes side by side', () => {
    expect(idealFilm({ sections: 3, slots: 3 }, paths(10, 10, 10))).toEqual({ firstSectionSeconds: 12, sectionsSeconds: 14 });
    expect(idealFilm({ sections: 3, slots: 3 }, paths(20, 10, 10))).toEqual({ firstSectionSeconds: 22, sectionsSeconds: 22 });
  });

  it('gives each section the slot that is free first, in their order', () => {
    expect(idealFilm({ sections: 3, slots: 1 }, paths(10, 10, 10)).sectionsSeconds).toBe(32);
    // The second ends at 8, before the first: there the third begins.
    expect(idealFilm({ sections: 3, slots: 2 }, paths(10, 5, 9)).sectionsSeconds).toBe(17);
  });
});

describe('latencies', () => {
  const all = (latencies: Latencies, what: Awaited): number[] => Array.from({ length: 2000 }, (_, index) => latencies(what, index + 1)).sort((a, b) => a - b);

  it('are the same for a seed, in whichever order they are asked for', () => {
    const [one, other] = [drawnLatencies({ seed: 6, scale: 1 }), drawnLatencies({ seed: 6, scale: 1 })];
    const later = other('code', 2);
    expect(one('code', 1)).toBe(other('code', 1));
    expect(one('code', 2)).toBe(later);
    expect(drawnLatencies({ seed: 6, scale: 2 })('code', 2)).toBe(2 * later);
    expect(drawnLatencies({ seed: 7, scale: 1 })('code', 2)).not.toBe(later);
  });

  it('are log-normal, with the parameters that were given', () => {
    for (const what of ['narrate', 'code', 'render'] as const) {
      const { medianSeconds, sigma } = usualLatencies[what];
      const seconds = all(drawnLatencies({ seed: 6, scale: 1 }), what);
      const quantile = (share: number): number => seconds[Math.floor(share * seconds.length)] ?? NaN;
      expect(quantile(0.5) / medianSeconds).toBeCloseTo(1, 1);
      // One standard deviation on either side.
      expect(Math.log(quantile(0.8413) / medianSeconds) / sigma).toBeCloseTo(1, 0);
      expect(Math.log(quantile(0.1587) / medianSeconds) / sigma).toBeCloseTo(-1, 0);
    }
  });
});
