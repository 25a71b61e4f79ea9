import { expect, test } from 'vitest';
import { sharedLog } from '../../functions/progress/shared-log.ts';
import type { Happening, JobEvent } from '../../shared/contract/event.ts';

const JOB = '5a85ea69-3c98-4b6c-884d-ce0b33881c8b';

/** A log that several parts of a job tell, of which a store answers so many events at once. */
function opened(pageSize: number) {
  const kept: JobEvent[] = [];
  const rows: { percentage: number | undefined }[] = [];
  let looks = 0;
  const part = (flow: string) => {
    let written: Promise<unknown> = Promise.resolve();
    return sharedLog({
      jobId: JOB,
      flow,
      write: (work) => void (written = written.then(work)),
      isBehind: () => false,
      settled: () => written,
      async append({ happening, progress }) {
        rows.push({ percentage: progress.percentage });
        kept.push({ sequence: kept.length + 1, at: new Date(0).toISOString(), jobId: JOB, ...happening });
        return { outcome: 'appended', sequence: kept.length };
      },
      async after(_, sequence) {
        looks += 1;
        return kept.slice(sequence, sequence + pageSize);
      },
      listen: () => {},
    });
  };
  return { part, kept, rows, looks: () => looks };
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
