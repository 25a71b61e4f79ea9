import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRange } from '../../functions/api/byte-range.ts';
import { lastEventIdOf } from '../../functions/api/sse/stream.ts';
import { frameLog } from '../../functions/api/sse/frame-log.ts';
import type { Happening, JobEvent } from '../../shared/contract/event.ts';
import { nextProgress, noProgress } from '../../shared/job-progress.ts';

const jobId = '00000000-0000-4000-8000-000000000000';
const eventAt = (happening: Happening, index: number): JobEvent => ({ ...happening, sequence: index + 1, at: '2026-11-21T00:00:00.000Z', jobId });
const idsOf = (frames: Buffer): number[] => [...frames.toString().matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
const drawn = (section: number, framesDone: number): Happening => ({ type: 'section.progress', section, framesDone, framesTotal: 100 });
const warning: Happening = { type: 'warning', code: 'a', message: 'two\nlines' };
const plan: Happening = {
  type: 'plan.ready',
  title: 'T',
  language: 'en',
  quality: 'preview',
  sections: [1, 2].map((section) => ({ section, title: 'S', beats: 1 })),
};

describe('the frames of a job', () => {
  it('leave out counts of frames that were counted on since, and nothing else', () => {
    const log = frameLog(() => '');
    log.push([plan, drawn(1, 10), drawn(2, 10), warning, drawn(1, 20)].map(eventAt));
    expect(idsOf(log.since('events', 0))).toEqual([1, 3, 4, 5]);
    expect(idsOf(log.since('events', 3))).toEqual([4, 5]);
    expect(log.since('events', 5)).toHaveLength(0);
    expect(log.since('events', 9)).toHaveLength(0);
  });

  it('are one buffer for all who stand at the same place', () => {
    const log = frameLog(() => '');
    log.push([plan, warning].map(eventAt));
    expect(log.since('events', 1)).toBe(log.since('events', 1));
  });

  it('hold each event in one line of data', () => {
    const log = frameLog(() => '');
    log.push([eventAt(warning, 0)]);
    const [id, name, data, ...rest] = log.since('events', 0).toString().split('\n');
    expect([id, name, rest]).toEqual(['id: 1', 'event: warning', ['', '']]);
    expect(JSON.parse(data?.slice('data: '.length) ?? '')).toMatchObject({ message: 'two\nlines' });
  });
});

describe('progress', () => {
  const section = fc.integer({ min: 1, max: 2 });
  const happening: fc.Arbitrary<Happening> = fc.oneof(
    fc.record({ type: fc.constant('section.progress' as const), section, framesDone: fc.integer({ min: 0, max: 200 }), framesTotal: fc.integer({ min: 0, max: 100 }) }),
    fc.record({ type: fc.constant('phase.started' as const), phase: fc.constantFrom('narrate', 'render', 'stitch', 'publish'), section: fc.option(section, { nil: undefined, freq: 1 }) }),
    fc.record({
      type: fc.constant('phase.finished' as const),
      phase: fc.constantFrom('narrate', 'render', 'stitch', 'publish'),
      section: fc.option(section, { nil: undefined, freq: 1 }),
      seconds: fc.constant(1),
      cached: fc.boolean(),
    }),
    fc.record({
      type: fc.constant('section.finished' as const),
      section,
      outcome: fc.constantFrom('rendered' as const, 'card' as const),
      durationSeconds: fc.constant(1),
      cached: fc.boolean(),
      geometryFaults: fc.constant(0),
    }),
    fc.constant(plan),
  );

  it('never goes back, in stage or per cent, and is whole only at the end', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60, size: 'max' }), (happenings) => {
        let before = noProgress;
        for (const each of happenings) {
          const after = nextProgress(before, each);
          expect(after.percentage).toBeGreaterThanOrEqual(before.percentage);
          expect(after.stage).toBeGreaterThanOrEqual(before.stage);
          expect(after.percentage).toBeLessThan(100);
          before = after;
        }
        const end = nextProgress(before, { type: 'job.finished', partial: false, durationSeconds: 1, film: '' });
        expect(end).toMatchObject({ percentage: 100, stage: 4, status: 'completed' });
      }),
    );
  });

  it('follows the frames that are drawn', () => {
    const at = (happenings: Happening[]) => happenings.reduce(nextProgress, noProgress).percentage;
    const half = at([plan, drawn(1, 50)]);
    expect(half).toBeGreaterThan(at([plan]));
    expect(at([plan, drawn(1, 100), drawn(2, 50)])).toBeGreaterThan(half);
  });
});

describe('a range', () => {
  it('lies inside of the file, or is none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.string({ unit: fc.constantFrom(...'0123456789-bytes=, ') }), (sizeBytes, header) => {
        for (const text of [header, `bytes=${header}`]) {
          const range = parseRange(text, sizeBytes);
          if (typeof range === 'string') continue;
          expect(range.first).toBeGreaterThanOrEqual(0);
          expect(range.last).toBeGreaterThanOrEqual(range.first);
          expect(range.last).toBeLessThan(sizeBytes);
        }
      }),
    );
  });
});

describe('Last-Event-ID', () => {
  it('is a number of ours', () => {
    expect(['12', '', undefined].map(lastEventIdOf)).toEqual([12, 0, 0]);
    for (const wrong of ['x', '-1', '1e3', ' 1', '1,2', '9'.repeat(30)]) {
      expect(() => lastEventIdOf(wrong)).toThrow(expect.objectContaining({ code: 'foreign_event_id' }));
    }
  });
});
