import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratchFolder } from '../support/command-line.ts';
import { type Call, caller, type Program, readEvents, type RunningService, startProgram, startService, type TypedEvent, until } from '../support/service.ts';
import { canMountDisks, openSmallDisk, type SmallDisk } from '../support/small-disk.ts';

const MEGABYTE = 2 ** 20;
const lesson = (words: string): string => `---\ntitle: Room\n---\n\n## Calm\n\nThis is ${words}.\n`;
/** A picture that no encoder makes small. */
const SNOW = `
## Snow

This is **snow**, and it falls on all of the picture for a while.

\`\`\`manim
import numpy as np
from manim import *
from lectern_render import LessonScene

class Section(LessonScene):
    def construct(self):
        random = np.random.default_rng(1)
        snow = lambda: random.integers(0, 255, (480, 854, 4), dtype=np.uint8) | np.array([0, 0, 0, 255], dtype=np.uint8)
        picture = ImageMobject(snow())
        picture.add_updater(lambda shown, dt: setattr(shown, "pixel_array", snow()))
        self.add(picture)
        with self.beat(0):
            self.wait(3)
\`\`\`
`;
/** The same, too long for the pages that a table has already. */
const LONG = SNOW.replace('import numpy', `${Array.from({ length: 3000 }, (_, index) => `# number ${(index * 7919) % 99_991}`).join('\n')}\nimport numpy`);

const scratch = scratchFolder();
afterAll(scratch.remove);

const post = (call: Call, text: string): Promise<Response> => call('/v1/jobs', { body: { lesson: text, quality: 'preview' } });
const faultOf = (event: TypedEvent | undefined): unknown => (event?.data['faults'] as { code: string }[] | undefined)?.[0]?.code;

/** Asks without a pause whether the service is there, until it is told to stop; answers every status that it got. */
function askForHealth(call: Call): () => Promise<number[]> {
  const isOver = new AbortController();
  const asking = (async () => {
    const statuses: number[] = [];
    while (!isOver.signal.aborted) {
      statuses.push((await call('/healthz')).status);
      await delay(50);
    }
    return statuses;
  })();
  return () => {
    isOver.abort();
    return asking;
  };
}

describe.runIf(canMountDisks)('a disk that is full where films are made', () => {
  let disk: SmallDisk;
  let stack: Program;
  let service: RunningService;
  let call: Call;
  const made = async (text: string): Promise<TypedEvent[]> => {
    const accepted = await post(call, text);
    expect(accepted.status).toBe(202);
    const { job_id: jobId } = (await accepted.json()) as { job_id: string };
    const events = await readEvents(`${service.url}/v1/jobs/${jobId}/events`, undefined);
    // What it worked with is removed, however it ended; later that would count as room for the next.
    await until(async () => readdirSync(join(disk.folder('work'), 'lectern')).length === 0);
    return events;
  };

  beforeAll(async () => {
    disk = openSmallDisk(join(scratch.path, 'films'), 64);
    stack = await startProgram(['stack'], { LECTERN_DATA: join(scratch.path, 'store') }, 4);
    const values = Object.fromEntries(stack.lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    service = await startService({ ...values, LECTERN_DATA: disk.folder('data'), TMPDIR: disk.folder('work'), AUTH: 'none' });
    call = caller(service.url);
    expect((await made(lesson('before'))).at(-1)?.type).toBe('job.finished');
  });
  afterAll(async () => {
    disk?.free();
    await service?.stop();
    await stack?.stop();
    disk?.remove();
  });

  test('costs the section that finds no room, which says so; the film is made, the service answers meanwhile, and with room the section is drawn', async () => {
    const health = askForHealth(call);
    disk.fill(6.5 * MEGABYTE);
    const events = await made(lesson('one') + SNOW);
    const failed = events.filter(({ type }) => type === 'section.failed').map(({ data: { section, phase, fault } }) => ({ section, phase, fault }));
    expect(failed).toEqual([{ section: 2, phase: 'render', fault: expect.objectContaining({ code: 'disk_full', retryable: true }) }]);
    expect(events.at(-1)).toMatchObject({ type: 'job.finished', data: { partial: true } });
    expect(new Set(await health())).toEqual(new Set([200]));

    disk.free();
    const again = await made(lesson('one') + SNOW);
    expect(again.at(-1)).toMatchObject({ type: 'job.finished', data: { partial: false } });
    // What had found room is found again.
    expect(again.filter(({ type }) => type === 'section.finished').map(({ data: { section, cached } }) => [section, cached]).sort()).toEqual([[1, true], [2, false]]);
  });

  test('ends a film for whose sound there is no room, and no other', async () => {
    disk.fill(200_000);
    const events = await made(lesson('two'));
    expect(events.filter(({ type }) => type === 'section.failed')).toMatchObject([{ data: { section: 1, phase: 'narrate', fault: { code: 'disk_full' } } }]);
    expect(faultOf(events.at(-1))).toBe('disk_full');
    disk.fill(0);
    expect(faultOf((await made(lesson('three'))).at(-1))).toBe('disk_full');
    disk.free();
    expect((await made(lesson('three'))).at(-1)).toMatchObject({ type: 'job.finished', data: { partial: false } });
  });
});

describe.runIf(canMountDisks)('a disk that is full where the store stands as well', () => {
  let disk: SmallDisk;
  let service: RunningService;
  let call: Call;

  beforeAll(async () => {
    disk = openSmallDisk(join(scratch.path, 'all'), 300);
    service = await startService({ LECTERN_DATA: disk.folder('data'), TMPDIR: disk.folder('work'), AUTH: 'none', LECTERN_RUNNING_JOBS: '10' });
    call = caller(service.url);
  });
  afterAll(async () => {
    disk?.free();
    await service?.stop();
    disk?.remove();
  });

  test('refuses new films, and ends those under way once there is room to write it down', async () => {
    const health = askForHealth(call);
    const { job_id: jobId } = (await (await post(call, lesson('under way'))).json()) as { job_id: string };
    const ended = readEvents(`${service.url}/v1/jobs/${jobId}/events`, undefined);
    disk.fill(0);
    const refused = await post(call, lesson('refused') + LONG);
    expect(await refused.json()).toMatchObject({ status: 503, code: 'disk_full', retryable: true, fix: expect.stringContaining('room') });
    disk.free();
    expect((await ended).at(-1)?.type).toMatch(/^job\.(finished|failed)$/);
    const { job_id: next } = await until(async () => {
      const answer = await post(call, lesson('next'));
      return answer.status === 202 && ((await answer.json()) as { job_id: string });
    });
    expect((await readEvents(`${service.url}/v1/jobs/${next}/events`, undefined)).at(-1)).toMatchObject({ type: 'job.finished', data: { partial: false } });
    expect(new Set(await health())).toEqual(new Set([200]));
  });
});

test('a file that may not grow any further is told as a full disk', () => {
  const file = join(scratch.path, 'limited.md');
  writeFileSync(file, lesson('limited'));
  const words = ['-c', 'ulimit -Sf 100; exec "$@"', 'bash', process.execPath, 'functions/cli.ts', 'lesson', file, '--out', join(scratch.path, 'out')];
  const { status, stderr } = spawnSync('bash', words, { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', LECTERN_DATA: join(scratch.path, 'limited') } });
  expect(stderr).toContain('There is no room left on the disk');
  expect(status).toBe(4);
});
