// npm run test:crash [-- --quick] [-- --points N] [-- --seed N]: kill -9 of the worker at appends of the event log of a topic of four
// sections, each run resumed by another process, and the film compared with one that was made in peace. Without options: at every append.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startClaudeServer } from '../support/claude-server/claude-server.ts';
import { type CountingProxy, startCountingProxy } from '../support/durable/counting-proxy.ts';
import { type Fleet, listenForEvents, openFleet } from '../support/durable/fleet.ts';
import { frameHashes } from '../support/durable/frame-hashes.ts';
import { numbers } from '../support/durable/random.ts';
import { type Program, until } from '../support/service.ts';
import { startElevenLabsServer } from '../support/elevenlabs-server.ts';

const TOPIC = 'how binary search finds a word in a dictionary';
const PATIENCE_MS = 240_000;
const PIECE_MS = 2;
const SPEECH_MS = 250;
/** Of a point that a shorter event log did not reach. */
const EARLIER = 0.8;
/** Of tries to kill while no call is just between the ledger and its server. */
const TRIES = 200;

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, points: { type: 'string' }, seed: { type: 'string', default: '6' } } });
const wanted = values.points === undefined ? (values.quick ? 5 : Infinity) : Number(values.points);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

interface Providers {
  claude: CountingProxy;
  speech: CountingProxy;
}
const inFlight = ({ claude, speech }: Providers): number => claude.inFlight + speech.inFlight;

interface Figures {
  kills: number;
  films_equal: number;
  steps_rerun: number;
  possibly_billed: number;
  in_flight_at_kill: number;
  stuck: number;
}

/** Makes one film, and kills its worker at an append, if one is given. Answers the number of its events and what is seen of it. */
async function makeFilm(fleet: Fleet, providers: Providers, killAt?: number) {
  // Nothing that an earlier run has made may be found.
  rmSync(join(fleet.dataFolder, 'artefacts'), { recursive: true, force: true });
  await fleet.database.query("delete from storage.objects where bucket_id = 'artefacts'");
  let jobId = '';
  let reached = (): void => {};
  const atPoint = new Promise<void>((resolve) => (reached = resolve));
  const stopListening = await listenForEvents(fleet.databaseUrl, (job, sequence) => job === jobId && killAt !== undefined && sequence >= killAt && reached());
  const worker = await fleet.startWorker();
  const accepted = (await (await fleet.call('/v1/jobs', { body: { topic: TOPIC, quality: 'preview' } })).json()) as { job_id: string };
  jobId = accepted.job_id;
  let last = worker;
  let inFlightAtKill = 0;
  let killedAt = 0;
  const ended = waitForEnd(fleet, jobId);
  if (killAt !== undefined && (await Promise.race([atPoint.then(() => true), ended.then(() => false)]))) {
    inFlightAtKill = await killClearly(worker, { fleet, providers, jobId });
    killedAt = Date.now();
    last = await fleet.startWorker();
  }
  const outcome = await ended;
  await stopListening();
  if (outcome !== undefined) await flowEnded(fleet, jobId);
  await last.kill();
  return { jobId, outcome, inFlightAtKill, killedAt, log: last.stderr(), wasKilled: killedAt > 0 };
}

/** How the job ended; undefined where it is stuck. */
async function waitForEnd(fleet: Fleet, jobId: string): Promise<string | undefined> {
  const last = async (): Promise<string | undefined> => {
    const { rows } = await fleet.database.query<{ type: string }>("select type from public.job_events where job_id = $1 and type in ('job.finished', 'job.failed', 'job.cancelled')", [jobId]);
    return rows[0]?.type;
  };
  return until(last, PATIENCE_MS).catch(() => undefined);
}

/** The engine's own row ends a moment after the last event. */
const flowEnded = (fleet: Fleet, jobId: string): Promise<unknown> =>
  until(async () => {
    const { rows } = await fleet.database.query("select from dbos.workflow_status where workflow_uuid = $1 and status in ('SUCCESS', 'ERROR')", [jobId]);
    return rows.length > 0;
  }).catch(() => undefined);

interface Killing {
  fleet: Fleet;
  providers: Providers;
  jobId: string;
}

/**
 * Kills the worker. A call is in flight from when its money is set aside until its bill is written; its server sees less of that. So
 * the worker is stopped first, and goes on for a few milliseconds where both do not agree yet.
 */
async function killClearly(worker: Program, { fleet, providers, jobId }: Killing): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    worker.process.kill('SIGSTOP');
    await delay(40);
    const { rows } = await fleet.database.query<{ open: number }>('select count(*)::int as open from public.reservations where job_id = $1 and settled_at is null and released_at is null', [jobId]);
    if (rows[0]?.open === inFlight(providers) || attempt === TRIES) break;
    worker.process.kill('SIGCONT');
    await delay(3);
  }
  const seen = inFlight(providers);
  worker.process.kill('SIGKILL');
  await worker.ended;
  return seen;
}

/** Steps that a process has begun although their results stood in the database when it was started. */
async function stepsRerun(fleet: Fleet, { jobId, killedAt, log }: { jobId: string; killedAt: number; log: string }): Promise<number> {
  const { rows } = await fleet.database.query<{ flow: string; step: string }>(
    `select o.workflow_uuid as flow, o.function_name as step from dbos.operation_outputs o
     where (o.workflow_uuid = $1 or starts_with(o.workflow_uuid, $1 || '-')) and o.completed_at_epoch_ms <= $2`,
    [jobId, killedAt],
  );
  const recorded = new Set(rows.map(({ flow, step }) => `${flow} ${step}`));
  const begun = log.split('\n').filter((line) => line.includes('A step begins.')).map((line) => JSON.parse(line) as { flow: string; step: string });
  return begun.filter(({ flow, step }) => recorded.has(`${flow} ${step}`)).length;
}

const possiblyBilled = async (fleet: Fleet, jobId: string): Promise<number> => {
  const { rows } = await fleet.database.query<{ count: number }>('select count(*)::int as count from public.cost_entries where job_id = $1 and possibly_billed', [jobId]);
  return rows[0]?.count ?? 0;
};

async function filmOf(fleet: Fleet, jobId: string): Promise<string> {
  const answer = await fleet.call(`/v1/videos/${jobId}/file`);
  const path = join(fleet.dataFolder, `${jobId}.mp4`);
  writeFileSync(path, new Uint8Array(await answer.arrayBuffer()));
  return frameHashes(path);
}

async function appendsOf(fleet: Fleet, jobId: string): Promise<number> {
  const { rows } = await fleet.database.query<{ last: number }>('select last_sequence::int as last from public.job_progress where job_id = $1', [jobId]);
  return rows[0]?.last ?? 0;
}

/** The appends to kill at: all, or so many by seed, one from each of as many stretches of the job. */
function pointsAmong(appends: number): number[] {
  if (wanted >= appends) return Array.from({ length: appends }, (_, index) => index + 1);
  const random = numbers(Number(values.seed));
  return Array.from({ length: wanted }, (_, index) => 1 + Math.floor(((index + random()) / wanted) * appends));
}

async function crash(fleet: Fleet, providers: Providers): Promise<Figures> {
  const figures: Figures = { kills: 0, films_equal: 0, steps_rerun: 0, possibly_billed: 0, in_flight_at_kill: 0, stuck: 0 };
  const peaceful = await makeFilm(fleet, providers);
  if (peaceful.outcome !== 'job.finished') throw new Error(`The film that nobody disturbed ended with ${peaceful.outcome}.\n${peaceful.log.slice(-4000)}`);
  const expected = await filmOf(fleet, peaceful.jobId);
  const appends = await appendsOf(fleet, peaceful.jobId);
  const points = pointsAmong(appends);
  say(`${appends} appends; killed at ${points.join(', ')}`);
  for (const point of points) {
    const made = await makeFilm(fleet, providers, point);
    if (!made.wasKilled) {
      say(`${point}: the job had ended before.`);
      // How often frames are told is up to the machine: where few points are wanted, each is to be one.
      if (wanted < appends) points.push(Math.ceil(point * EARLIER));
      continue;
    }
    const isEqual = made.outcome === 'job.finished' && (await filmOf(fleet, made.jobId)) === expected;
    const seen = { rerun: await stepsRerun(fleet, made), billed: await possiblyBilled(fleet, made.jobId), inFlight: made.inFlightAtKill };
    figures.kills += 1;
    figures.films_equal += isEqual ? 1 : 0;
    figures.stuck += made.outcome === undefined ? 1 : 0;
    figures.steps_rerun += seen.rerun;
    figures.possibly_billed += seen.billed;
    figures.in_flight_at_kill += seen.inFlight;
    say(`${point}: ${made.outcome ?? 'stuck'}, film ${isEqual ? 'equal' : 'not equal'}, ${JSON.stringify(seen)}`);
    if (!isEqual || seen.billed !== seen.inFlight || seen.rerun > 0) writeFileSync(join(fleet.dataFolder, '..', `point-${point}.log`), made.log);
  }
  return figures;
}

const claudeServer = await startClaudeServer({ key: 'test-key', pieceDelayMs: PIECE_MS });
const speechServer = await startElevenLabsServer({ key: 'right' });
const providers = { claude: await startCountingProxy(claudeServer.url, 0), speech: await startCountingProxy(speechServer.url, SPEECH_MS) };
const fleet = await openFleet({
  ANTHROPIC_API_KEY: 'test-key',
  ANTHROPIC_BASE_URL: providers.claude.url,
  ELEVENLABS_API_KEY: 'right',
  ELEVENLABS_BASE_URL: providers.speech.url,
});
try {
  const figures = await crash(fleet, providers);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  const { kills, films_equal: equal, steps_rerun: rerun, possibly_billed: billed, in_flight_at_kill: flying, stuck } = figures;
  process.exitCode = kills > 0 && equal === kills && rerun === 0 && billed === flying && stuck === 0 ? 0 : 1;
} finally {
  await fleet.close();
  for (const server of [providers.claude, providers.speech, claudeServer, speechServer]) await server.close();
}
