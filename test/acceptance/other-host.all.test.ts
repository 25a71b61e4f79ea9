import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scratchFolder } from '../support/command-line.ts';
import { type Fleet, openFleet } from '../support/durable/fleet.ts';
import { until } from '../support/service.ts';

const checkout = new URL('../..', import.meta.url).pathname;
const lesson = (title: string): string => `---\ntitle: ${title}\nvoice: silent\n---\n\n## One\n\nThis is **${title}**.\n`;
/** As workers are set where nobody says otherwise, but for one job at a time: of two jobs each worker has one. */
const USUAL = { LECTERN_WORKER_SILENCE_SECONDS: '', LECTERN_JOBS_PER_WORKER: '1' };

let fleet: Fleet;
const farData = scratchFolder();
beforeAll(async () => void (fleet = await openFleet({})));
afterAll(async () => {
  await fleet.close();
  farData.remove();
});

/** A worker that shares no processes and no files with the others: they see of it what they see of one on another host. */
async function startFarWorker(): Promise<{ kill: () => Promise<void> }> {
  const environment = { ...process.env, ...fleet.workerEnvironment, ...USUAL, LECTERN_WORKER_NAME: 'far', LECTERN_DATA: farData.path };
  const namespaces = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const child = spawn('unshare', [...namespaces, '--pid', '--fork', '--kill-child', '--mount-proc', process.execPath, 'functions/cli.ts', 'worker'], { cwd: checkout, env: environment, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  return {
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

test('the work of a worker on another host that is gone without a word goes on within half a minute', async () => {
  const here = await fleet.startWorker({ ...USUAL, LECTERN_WORKER_NAME: 'here' });
  const far = await startFarWorker();
  const rowsOf = async (text: string): Promise<unknown[]> => (await fleet.database.query(text)).rows;
  for (const title of ['One', 'Other']) expect((await fleet.call('/v1/jobs', { body: { lesson: lesson(title), quality: 'preview' } })).status).toBe(202);
  const underWay = "select from dbos.workflow_status where executor_id = 'far' and status = 'PENDING'";
  await until(async () => (await rowsOf(underWay)).length > 0);
  await far.kill();
  const killed = performance.now();
  expect(await rowsOf(underWay)).not.toEqual([]);
  await until(async () => (await rowsOf(underWay)).length === 0);
  const seconds = (performance.now() - killed) / 1000;
  expect(seconds).toBeLessThan(30);
  await until(async () => (await rowsOf("select from public.job_events where type = 'job.finished'")).length === 2, 600_000);
  await here.stop();
  console.log(`taken over after ${seconds.toFixed(1)} s`);
});
