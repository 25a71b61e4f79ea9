import stringWidth from 'string-width';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { emptyView, nextView, type JobView } from '../../functions/commands/screen/job-view.ts';
import { quietProgress } from '../../functions/commands/screen/quiet.ts';
import { viewLines } from '../../functions/commands/screen/view-lines.ts';
import type { Happening, JobEvent } from '../../shared/contract/event.ts';

const jobId = '9b2f7a9e-3f53-4b43-9a7b-0d4a6a8a5a11';
const events = (happenings: Happening[]): JobEvent[] => happenings.map((happening, index) => ({ sequence: index + 1, at: '2026-11-21T00:00:00.000Z', jobId, ...happening }));
const viewAfter = (happenings: Happening[]): JobView => events(happenings).reduce(nextView, emptyView);

const longTitle = 'A title that is much longer than any terminal of eighty columns is wide, and then some 光合作用';
const fault = { code: 'render_code', message: 'It failed.', fix: 'Mend it.', retryable: false };
const wholeJob: Happening[] = [
  { type: 'job.started', source: 'lesson.md' },
  {
    type: 'plan.ready',
    title: longTitle,
    language: 'en',
    quality: 'preview',
    sections: [1, 2, 3, 4].map((section) => ({ section, title: section === 2 ? longTitle : `Section ${section}`, beats: 3 })),
  },
  { type: 'phase.started', phase: 'render', section: 1 },
  { type: 'section.progress', section: 1, framesDone: 30, framesTotal: 120 },
  { type: 'phase.started', phase: 'narrate', section: 2 },
  { type: 'section.finished', section: 3, outcome: 'rendered', durationSeconds: 12.34, cached: true, geometryFaults: 0 },
  { type: 'section.failed', section: 4, phase: 'render', fault },
  { type: 'section.finished', section: 4, outcome: 'card', durationSeconds: 8, cached: false, geometryFaults: 0 },
  { type: 'warning', code: 'w', message: `A warning. ${longTitle}` },
  { type: 'phase.started', phase: 'stitch' },
];

test.each([60, 80, 120])('no line is wider than %d columns', (columns) => {
  for (const line of viewLines(viewAfter(wholeJob), columns)) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
});

test('each section tells what it is doing', () => {
  const lines = viewLines(viewAfter(wholeJob), 80).map(stripVTControlCharacters);
  expect(lines[1]).toMatch(/1 Section 1 .*━━━━━─+ +30\/120/);
  expect(lines[2]).toMatch(/2 A title.*… +speaking …/);
  expect(lines[3]).toMatch(/3 Section 3 .*12\.3 s \(cached\)/);
  expect(lines[4]).toMatch(/4 Section 4 .*title card: render_code/);
  expect(lines[5]).toContain('joining the film');
});

test('without a terminal, one line a section that ended and one a warning', () => {
  const written: string[] = [];
  const listen = quietProgress((line) => written.push(line));
  events(wholeJob).forEach(listen);
  expect(written).toHaveLength(3);
  expect(written[0]).toBe('section 3: 12.3 s, found in the cache: Section 3');
  expect(written[1]).toContain('a title card stands in for it (render_code)');
});
