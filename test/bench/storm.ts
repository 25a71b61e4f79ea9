// npm run test:storm [-- --jobs N] [-- --seed N]: jobs on three workers, which are killed, as is Postgres, at moments that a seed draws:
// every job reaches its end, none is lost, and none is published twice.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { type Fleet, openFleet } from '../support/durable/fleet.ts';
import { numbers } from '../support/durable/random.ts';
import { type Program, serversOf, until } from '../support/service.ts';

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '50' }, seed: { type: 'string', default: '6' } } });
const JOBS = Number(values.jobs);
const WORKERS = 3;
const BETWEEN_KILLS_MS = 4000;
const PATIENCE_MS = 1_500_000;
const LAST = ['job.finished', 'job.failed', 'job.cancelled'];

const lesson = (number: number): string => `---\ntitle: Film ${number}\nvoice: silent\n---\n\n## One\n\nFilm **${number}**.\n`;

async function sendJobs(fleet: Fleet): Promise<string[]> {
  const jobIds: string[] = [];
  for (let number = 1; number <= JOBS; number += 1) {
    const jobId = await until(async () => {
      const answer = await fleet.call('/v1/jobs', { body: { lesson: lesson(number), quality: 'preview' }, headers: { 'idempotency-key': `film-${number}` } }).catch(() => undefined);
      return answer?.status === 202 && ((await answer.json()) as { job_id: string }).job_id;
    });
    jobIds.push(jobId);
  }
  return jobIds;
}

interface Disturbed {
  workerKills: number;
  postgresKills: number;
  /** Of all workers. */
  log: string;
}

/** False where it has gone already, and is being started again. */
function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Kills a worker, or Postgres, now and then, and starts another worker in its place, until all jobs have ended. */
async function disturb(fleet: Fleet, isOver: () => boolean): Promise<Disturbed> {
  const random = numbers(Number(values.seed));
  const logs: (() => string)[] = [];
  const start = async (slot: number): Promise<Program> => {
    const worker = await fleet.startWorker({ LECTERN_WORKER_SILENCE_SECONDS: '3', LECTERN_LOG_LEVEL: 'warn', LECTERN_WORKER_NAME: `storm-${slot}-${Math.floor(random() * 1e9)}` });
    logs.push(worker.stderr);
    return worker;
  };
  const workers = await Promise.all(Array.from({ length: WORKERS }, (_, slot) => start(slot)));
  const counts = { workerKills: 0, postgresKills: 0 };
  while (!isOver()) {
    await delay(BETWEEN_KILLS_MS * (0.5 + random()));
    if (isOver()) break;
    if (random() < 0.2) {
      if (killed(serversOf(fleet.stackFolder).postgres.pid)) counts.postgresKills += 1;
      continue;
    }
    const slot = Math.floor(random() * WORKERS);
    await workers[slot]?.kill();
    counts.workerKills += 1;
    workers[slot] = await until(() => start(slot).catch(() => undefined));
  }
  await Promise.all(workers.map((worker) => worker.kill()));
  return { ...counts, log: logs.map((log) => log()).join('') };
}

async function query<Row extends object>(fleet: Fleet, text: string, given: unknown[]): Promise<Row[]> {
  return until(() => fleet.database.query<Row>(text, given).then(({ rows }) => rows, () => undefined));
}

async function storm(fleet: Fleet): Promise<Record<string, number>> {
  const state = { over: false };
  const disturbing = disturb(fleet, () => state.over);
  const started = performance.now();
  const jobIds = await sendJobs(fleet);
  const ended = async (): Promise<boolean> => {
    const [row] = await query<{ count: number }>(fleet, 'select count(distinct job_id)::int as count from public.job_events where job_id = any($1) and type = any($2)', [jobIds, LAST]);
    return row?.count === jobIds.length;
  };
  const areAllEnded = await until(ended, PATIENCE_MS).catch(() => false);
  state.over = true;
  const { workerKills, postgresKills, log } = await disturbing;
  const ends = await query<{ type: string; count: number; jobs: number }>(
    fleet,
    'select type, count(*)::int as count, count(distinct job_id)::int as jobs from public.job_events where job_id = any($1) and type = any($2) group by type',
    [jobIds, LAST],
  );
  const [films] = await query<{ whole: number }>(
    fleet,
    "select count(*)::int as whole from public.video_metadata where job_id = any($1) and status = 'completed' and supabase_url is not null and jsonb_array_length(files) > 4",
    [jobIds],
  );
  const [takes] = await query<{ twice: number }>(fleet, 'select count(*)::int as twice from (select job_id from public.takes where job_id = any($1) group by job_id, section_number having count(*) > 1) t', [jobIds]);
  const failures = await query<{ job_id: string; code: string }>(fleet, "select job_id, data #>> '{faults,0,code}' as code from public.job_events where job_id = any($1) and type = 'job.failed'", [jobIds]);
  for (const { job_id: jobId, code } of failures) process.stderr.write(`${jobId} failed: ${code}\n`);
  if (failures.length > 0 || !areAllEnded) {
    const path = join(tmpdir(), `storm-${values.seed}.log`);
    writeFileSync(path, log);
    process.stderr.write(`What the workers logged is in ${path}.\n`);
  }
  const of = (type: string): number => ends.find((end) => end.type === type)?.jobs ?? 0;
  return {
    jobs: jobIds.length,
    finished: of('job.finished'),
    failed: of('job.failed'),
    stuck: areAllEnded ? 0 : jobIds.length - ends.reduce((sum, { jobs }) => sum + jobs, 0),
    films: films?.whole ?? 0,
    ended_twice: ends.reduce((sum, { count, jobs }) => sum + count - jobs, 0),
    takes_twice: takes?.twice ?? 0,
    worker_kills: workerKills,
    postgres_kills: postgresKills,
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

const fleet = await openFleet({});
try {
  const figures = await storm(fleet);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exitCode = figures['films'] === JOBS && figures['stuck'] === 0 && figures['ended_twice'] === 0 ? 0 : 1;
} finally {
  await fleet.close();
}
