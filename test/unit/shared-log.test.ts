import { expect, test, vi } from 'vitest';
import { jobReading, jobReadings } from '../../functions/progress/job-reading.ts';
import { sharedLog } from '../../functions/progress/shared-log.ts';
import type { Happening, JobEvent } from '../../shared/contract/event.ts';

const JOB = '5a85ea69-3c98-4b6c-884d-ce0b33881c8b';

/** A log that several parts of a job tell, each by a process of its own, of which a store answers so many events at once. */
function opened(pageSize: number) {
  const kept: JobEvent[] = [];
  const rows: { percentage: number | undefined }[] = [];
  let looks = 0;
  const after = async (_: string, sequence: number): Promise<JobEvent[]> => {
    looks += 1;
    return kept.slice(sequence, sequence + pageSize);
  };
  const part = (flow: string, reading = jobReading(JOB, after)) => {
    let written: Promise<unknown> = Promise.resolve();
    return sharedLog({
      jobId: JOB,
      flow,
      write: (work) => void (written = written.then(work)),
      isBehind: () => false,
      read: (work) => written.then(work),
      async append({ happening, progress }) {
        rows.push({ percentage: progress.percentage });
        kept.push({ sequence: kept.length + 1, at: new Date(0).toISOString(), jobId: JOB, ...happening });
        return { outcome: 'appended', sequence: kept.length };
      },
      reading,
      listen: () => {},
    });
  };
  return { part, kept, rows, after, looks: () => looks };
}

const plan: Happening = { type: 'plan.ready', title: 'T', language: 'en', quality: 'preview', sections: [{ section: 1, title: 'S', beats: 1 }, { section: 2, title: 'S', beats: 1 }] };
const finished = (section: number): Happening => ({ type: 'section.finished', section, outcome: 'rendered', durationSeconds: 1, cached: false, geometryFaults: 0 });

test('what others have told is looked for once before each event, and the row follows from all of it', async () => {
  const { part, rows, looks } = opened(1000);
  const [job, section] = [part('job'), part('job-section-1')];
  await job.tell(plan);
  await job.told();
  const before = looks();
  await section.tell(finished(1));
  await section.told();
  // Once before the event, and then until there is no more: the event itself, and nothing.
  expect(looks() - before).toBe(3);
  await job.tell(finished(2));
  await job.told();
  const [planned = 0, half = 0, all = 0] = rows.map(({ percentage }) => percentage);
  expect(half).toBeGreaterThan(planned);
  expect(all).toBeGreaterThan(half);
});

test('everything that was told is read, however few events a store answers at once', async () => {
  const { part, kept } = opened(2);
  const job = part('job');
  for (const happening of [plan, finished(1), finished(2)]) await job.tell(happening);
  await job.told();
  expect(await part('job-section-1').told()).toEqual(kept);
});

test('parts that one process makes read together, and what they read is forgotten with the last of them', async () => {
  const { part, kept, rows, after, looks } = opened(1000);
  await part('elsewhere').tell(plan);
  const readings = jobReadings(after);
  const entered = Array.from({ length: 50 }, () => readings.enter(JOB));
  const sections = entered.map(({ reading }, index) => part(`job-section-${index + 1}`, reading));
  const before = looks();
  await Promise.all(sections.map((section, index) => section.tell(finished(1 + (index % 2)))));
  await Promise.all(sections.map((section) => section.told()));
  // Fifty who each read for themselves would look a hundred and fifty times.
  expect(looks() - before).toBeLessThanOrEqual(110);
  expect(kept).toHaveLength(51);
  // What all told at the same moment stands in the row with the next that is told.
  await sections[0]?.tell({ type: 'phase.started', phase: 'repair', section: 1 });
  await sections[0]?.told();
  expect(rows.at(-1)?.percentage).toBe(90);
  expect(await sections[0]?.told()).toEqual(kept);
  for (const { leave } of entered) leave();
  expect(readings.enter(JOB).reading).not.toBe(entered[0]?.reading);
});

test('frames of sections that one process draws are told four times a second, however many sections there are', async () => {
  vi.useFakeTimers();
  try {
    const { part, kept, after } = opened(1000);
    const { reading } = jobReadings(after).enter(JOB);
    const sections = Array.from({ length: 40 }, (_, index) => part(`job-section-${index + 1}`, reading));
    for (let tenth = 0; tenth < 50; tenth += 1) {
      for (const [index, section] of sections.entries()) await section.tell({ type: 'section.progress', section: index + 1, framesDone: tenth, framesTotal: 50 });
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(kept.length).toBeGreaterThanOrEqual(19);
    expect(kept.length).toBeLessThanOrEqual(21);
  } finally {
    vi.useRealTimers();
  }
});
