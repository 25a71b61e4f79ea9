import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RowChange } from '../../functions/progress/row-change.ts';
import { storeLog, type StoreLogParts } from '../../functions/progress/store-log.ts';
import type { Happening, JobEvent } from '../../shared/contract/event.ts';

const JOB = '5a85ea69-3c98-4b6c-884d-ce0b33881c8b';
const sections = [1, 2, 3, 4, 5, 6].map((section) => ({ section, title: `S${section}`, beats: 1 }));
const plan: Happening = { type: 'plan.ready', title: 'T', language: 'en', quality: 'preview', sections };
const frames = (section: number, framesDone: number): Happening => ({ type: 'section.progress', section, framesDone, framesTotal: 100 });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function opened(changes: Partial<StoreLogParts> = {}) {
  const appended: { happening: Happening; progress: RowChange; key: string }[] = [];
  const heard: JobEvent[] = [];
  const log = storeLog({
    jobId: JOB,
    run: 'r',
    now: () => new Date(0),
    write: (work) => void work(),
    isBehind: () => false,
    append: async (entry) => void appended.push(entry),
    listeners: [(event) => heard.push(event)],
    ...changes,
  });
  return { log, appended, heard };
}

test('frames of many sections are told four times a second at most, the latest of each, and none is forgotten', async () => {
  const { log, appended } = opened();
  await log.tell(plan);
  for (let frame = 1; frame <= 90; frame += 1) {
    for (const { section } of sections) await log.tell(frames(section, frame));
    await vi.advanceTimersByTimeAsync(1000 / 30);
  }
  const told = appended.flatMap(({ happening }) => (happening.type === 'section.progress' ? [happening] : []));
  expect(told.length).toBeGreaterThanOrEqual(11);
  expect(told.length).toBeLessThanOrEqual(13);
  expect(new Set(told.map(({ section }) => section)).size).toBe(6);
  await vi.advanceTimersByTimeAsync(2000);
  const last = new Map(appended.flatMap(({ happening }) => (happening.type === 'section.progress' ? [[happening.section, happening.framesDone]] : [])));
  expect([...last.values()]).toEqual([90, 90, 90, 90, 90, 90]);
});

test('the row follows what was told and never goes back; the end comes last, and after it no frames', async () => {
  const { log, appended, heard } = opened();
  const happenings: Happening[] = [
    { type: 'job.started', source: 'lesson.md' },
    plan,
    frames(1, 50),
    { type: 'phase.started', phase: 'repair', section: 1 },
    frames(2, 10),
    { type: 'section.finished', section: 1, outcome: 'rendered', durationSeconds: 1, cached: false, geometryFaults: 0 },
    { type: 'phase.started', phase: 'publish' },
    frames(3, 10),
    { type: 'job.finished', partial: false, durationSeconds: 6, film: 'http://x/file', local: true },
  ];
  for (const happening of happenings) await log.tell(happening);
  await vi.runAllTimersAsync();
  expect(appended.at(-1)).toMatchObject({ happening: { type: 'job.finished' }, progress: { status: 'completed', percentage: 100, localVideoUrl: 'http://x/file' } });
  expect(appended.at(-1)?.progress.videoUrl).toBeUndefined();
  const percentages = appended.map(({ progress }) => progress.percentage);
  expect(percentages).toEqual([...percentages].sort((a, b) => a - b));
  expect(appended.map(({ key }) => key)).toEqual(appended.map((_, index) => `r-${index + 1}`));
  expect(await log.told()).toEqual(heard);
});

test('while the store is away frames wait, and steps do not', async () => {
  let behind = true;
  const { log, appended } = opened({ isBehind: () => behind });
  await log.tell(plan);
  for (let frame = 1; frame <= 50; frame += 1) {
    await log.tell(frames(1, frame));
    await vi.advanceTimersByTimeAsync(250);
  }
  expect(appended).toHaveLength(1);
  behind = false;
  await vi.advanceTimersByTimeAsync(300);
  expect(appended.map(({ happening }) => happening)).toEqual([plan, frames(1, 50)]);
});
