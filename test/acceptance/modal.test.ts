import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lectern, scratchFolder } from '../support/command-line.ts';
import { type Fleet, openFleet } from '../support/durable/fleet.ts';
import type { Emulator } from '../support/modal-emulator/emulator.ts';
import { clientOf, emulatedModal } from '../support/modal-emulator/published.ts';
import { scene } from '../support/scenes.ts';
import { until } from '../support/service.ts';

const section = (title: string): string => `## ${title}\n\nThis is **${title}**. It says that $a^2 + b^2 = c^2$, whatever the triangle.\n\nAnd there is more of it.\n`;
const lesson = `---\ntitle: Triangles\n---\n\n${['One', 'Two', 'Three'].map(section).join('\n')}`;
/** Each section waits until it is let go: none is done before somebody wants it to be. */
const held = scene('import os, time', 'while not os.path.exists("/job/go"):', '    time.sleep(0.05)', 'self.add(Circle())');
const heldLesson = `---\ntitle: Held\n---\n\n${['One', 'Two', 'Three'].map((title) => `## ${title}\n\nThis is ${title}.\n\n\`\`\`manim\n${held}\n\`\`\`\n`).join('\n')}`;

let emulator: Emulator;
let environment: Record<string, string>;
const data = scratchFolder();
beforeAll(async () => {
  emulator = await emulatedModal();
  environment = { COMPUTE: 'modal', MODAL_SERVER_URL: emulator.url, MODAL_TOKEN_ID: emulator.token.id, MODAL_TOKEN_SECRET: emulator.token.secret };
});
afterAll(async () => {
  await emulator.close();
  data.remove();
});

const renders = () => emulator.creations.filter(({ tags }) => tags['role'] === 'render');

test('a lesson becomes a film whose sections are drawn at Modal, each in a sandbox of its own', async () => {
  writeFileSync(join(data.path, 'triangles.md'), lesson);
  const made = await lectern(['lesson', join(data.path, 'triangles.md'), '--quality', 'preview', '--out', join(data.path, 'film')], { ...environment, LECTERN_DATA: join(data.path, 'data') });
  expect(made.code, made.stderr).toBe(0);
  const film = join(data.path, 'film/triangles.mp4');
  expect(existsSync(film)).toBe(true);
  const { stdout } = spawnSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', film], { encoding: 'utf8' });
  expect(stdout).toContain('h264');
  expect(stdout).toContain('aac');
  expect(renders().map(({ tags }) => tags['section']).sort()).toEqual(['1', '2', '3']);
  for (const each of renders()) expect(each).toMatchObject({ app: 'lectern-dev', cpu: 4, memoryMiB: 8192, timeoutSeconds: 900, networkBlocked: true, secrets: [], mounts: {} });
  expect(emulator.running()).toEqual([]);
});

describe('an orchestrator that is killed while its sections are drawn', () => {
  let fleet: Fleet;
  beforeAll(async () => void (fleet = await openFleet({ ...environment, LECTERN_WAITING_SANDBOXES: '0' })));
  afterAll(() => fleet.close());

  test('is followed by another, which finds the sandboxes and draws nothing twice', async () => {
    const before = renders().length;
    const killed = await fleet.startWorker();
    const answer = await fleet.call('/v1/jobs', { body: { lesson: heldLesson, quality: 'preview' } });
    const { job_id: jobId } = (await answer.json()) as { job_id: string };
    const rows = (text: string) => fleet.database.query<Record<string, string>>(text, [jobId]).then((result) => result.rows);
    const drawing = () => rows('select section_number, sandbox_id from public.sandboxes where job_id = $1 and claimed_at is not null');
    await until(async () => (await drawing()).length === 3, 120_000);
    const claimed = (await drawing()).map(({ sandbox_id: id }) => id ?? '');
    await killed.kill();
    expect(emulator.running().map(({ id }) => id)).toEqual(expect.arrayContaining(claimed));

    const next = await fleet.startWorker();
    const goneOnWith = () => next.stderr().split('A sandbox that is at this section already is gone on with.').length - 1;
    await until(async () => goneOnWith() === 3, 120_000);
    const client = clientOf(emulator);
    for (const id of claimed) await (await client.sandboxes.fromId(id)).filesystem.writeText('', '/job/go');
    client.close();
    const film = async () => (await (await fleet.call(`/v1/videos/${jobId}`)).json()) as { status: string; partial: boolean };
    await until(async () => (await film()).status !== 'processing', 240_000);
    expect(await film()).toMatchObject({ status: 'completed', partial: false });
    // One sandbox for each section, and in each of them one that attends to it.
    expect(renders().slice(before).map(({ sandboxId }) => sandboxId).sort()).toEqual(claimed.toSorted());
    const attended = emulator.world.started.filter(({ argv, sandboxId }) => claimed.includes(sandboxId) && argv.includes('lectern_render.attend'));
    expect(attended).toHaveLength(3);

    await next.stop();
    expect(await drawing()).toEqual([]);
    // That of the formulas may have nobody left who could end it: it ends by itself, or is swept.
    const left = emulator.running().map(({ id }) => id);
    const sweep = async (...options: string[]): Promise<unknown> => {
      const swept = await lectern(['sweep', '--sandboxes', '--json', ...options], fleet.workerEnvironment);
      expect(swept.code, swept.stderr).toBe(0);
      return JSON.parse(swept.stdout);
    };
    const found = left.map((sandboxId) => ({ sandboxId, role: 'tex', job: jobId, isOrphan: true }));
    expect(await sweep('--dry-run')).toEqual({ dry_run: true, sandboxes: found });
    expect(emulator.running().map(({ id }) => id)).toEqual(left);
    expect(await sweep()).toEqual({ dry_run: false, sandboxes: found });
    expect(emulator.running()).toEqual([]);
    const costs = await rows("select section_number, micro_dollars, units from public.cost_entries where job_id = $1 and provider = 'modal' and phase = 'render' order by section_number");
    expect(costs.map(({ section_number: each }) => each)).toEqual([1, 2, 3]);
    for (const { micro_dollars: cost } of costs) expect(Number(cost)).toBeGreaterThan(0);
  });
});
