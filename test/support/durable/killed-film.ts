import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Program, until } from '../service.ts';
import { type Fleet, listenForEvents } from './fleet.ts';
import { frameHashes } from './frame-hashes.ts';
import { type MeteredProviders, SHORT_TOPIC } from './metered-providers.ts';

/** Where a worker is killed: at the nth append of the job's events, or in its nth call, before its answer or in the middle of it. */
export interface KillPoint {
  at: 'append' | 'call' | 'answer';
  number: number;
}

/** What a film came to. */
export interface MadeFilm {
  jobId: string;
  /** The type of its last event; undefined where it is stuck. */
  outcome: string | undefined;
  /** Absent where it had ended before. */
  kill: { inFlight: number; at: number } | undefined;
  /** Calls until its end, or until the kill. */
  calls: number;
  /** What the last worker has logged. */
  log: string;
}

const PATIENCE_MS = 240_000;
const LAST = ['job.finished', 'job.failed', 'job.cancelled'];

/**
 * Makes the film of four sections; its worker is killed where a point is given, and another one goes on.
 * @param beforeKill waited for once the point is reached
 */
export async function makeKilledFilm(
  { fleet, providers }: { fleet: Fleet; providers: MeteredProviders },
  point?: KillPoint,
  beforeKill: (jobId: string) => Promise<unknown> = async () => {},
): Promise<MadeFilm> {
  // Nothing that an earlier run has made may be found.
  rmSync(join(fleet.dataFolder, 'artefacts'), { recursive: true, force: true });
  await fleet.database.query("delete from storage.objects where bucket_id = 'artefacts'");
  const isInCall = point !== undefined && point.at !== 'append';
  const counted = providers.countCalls(isInCall ? { number: point.number, holding: point.at === 'call' ? 'whole' : 'half' } : undefined);
  let jobId = '';
  let reached = (): void => {};
  const appended = new Promise<void>((resolve) => (reached = resolve));
  const stopListening = await listenForEvents(fleet.databaseUrl, (job, sequence) => job === jobId && point?.at === 'append' && sequence >= point.number && reached());
  const first = await fleet.startWorker();
  const accepted = (await (await fleet.call('/v1/jobs', { body: { topic: SHORT_TOPIC, quality: 'preview' } })).json()) as { job_id: string };
  jobId = accepted.job_id;

  let last = first;
  let kill: MadeFilm['kill'];
  let calls: number | undefined;
  const ended = endOf(fleet, jobId);
  const isReached = await Promise.race([appended.then(() => true), counted.held.then(() => true), ended.then(() => false)]);
  if (isReached) {
    await beforeKill(jobId);
    const inFlight = await killClearly(first, { fleet, providers, jobId });
    kill = { inFlight, at: Date.now() };
    calls = counted.calls;
    last = await fleet.startWorker();
  }
  const outcome = await ended;
  await stopListening();
  if (outcome !== undefined) await flowEnded(fleet, jobId);
  await last.kill();
  return { jobId, outcome, kill, calls: calls ?? counted.calls, log: last.stderr() };
}

function endOf(fleet: Fleet, jobId: string): Promise<string | undefined> {
  const last = async (): Promise<string | undefined> => {
    const { rows } = await fleet.database.query<{ type: string }>('select type from public.job_events where job_id = $1 and type = any($2)', [jobId, LAST]);
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

/** While the worker is stopped, what it has sent arrives: two looks that far apart see the same then. */
const BETWEEN_LOOKS_MS = 80;
const LONGEST_STEP_MS = 100;
const TRIES = 150;

/**
 * Kills the worker; answers how many calls its providers had in flight. By the ledger a call is in flight from when its money is set
 * aside until its bill is written, and its provider sees less of that. So the worker is stopped first, and goes on for a few
 * milliseconds where both do not agree yet.
 */
async function killClearly(worker: Program, { fleet, providers, jobId }: { fleet: Fleet; providers: MeteredProviders; jobId: string }): Promise<number> {
  const look = async (): Promise<string> => {
    await delay(BETWEEN_LOOKS_MS);
    const { rows } = await fleet.database.query<{ open: number }>('select count(*)::int as open from public.reservations where job_id = $1 and settled_at is null and released_at is null', [jobId]);
    return `${rows[0]?.open} ${providers.inFlight}`;
  };
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    worker.process.kill('SIGSTOP');
    const seen = await look();
    const [open, flying] = seen.split(' ');
    if (open === flying && seen === (await look())) break;
    worker.process.kill('SIGCONT');
    await delay(Math.min(2 + attempt, LONGEST_STEP_MS));
  }
  const { inFlight } = providers;
  worker.process.kill('SIGKILL');
  await worker.ended;
  return inFlight;
}

/** Steps that a process has begun although their results stood in the database when it was started. */
export async function stepsRerun(fleet: Fleet, { jobId, kill, log }: MadeFilm): Promise<number> {
  const { rows } = await fleet.database.query<{ flow: string; step: string }>(
    `select o.workflow_uuid as flow, o.function_name as step from dbos.operation_outputs o
     where (o.workflow_uuid = $1 or starts_with(o.workflow_uuid, $1 || '-')) and o.completed_at_epoch_ms <= $2`,
    [jobId, kill?.at ?? 0],
  );
  const recorded = new Set(rows.map(({ flow, step }) => `${flow} ${step}`));
  const begun = log.split('\n').filter((line) => line.includes('A step begins.')).map((line) => JSON.parse(line) as { flow: string; step: string });
  return begun.filter(({ flow, step }) => recorded.has(`${flow} ${step}`)).length;
}

export async function possiblyBilled(fleet: Fleet, jobId: string): Promise<number> {
  const { rows } = await fleet.database.query<{ count: number }>('select count(*)::int as count from public.cost_entries where job_id = $1 and possibly_billed', [jobId]);
  return rows[0]?.count ?? 0;
}

/** The film's frames, and what of it could be watched meanwhile: the sections in the order told, and whether its playlist ends. */
export async function filmOf(fleet: Fleet, jobId: string): Promise<{ frames: string; shown: string }> {
  const answer = await fleet.call(`/v1/videos/${jobId}/file`);
  const path = join(fleet.dataFolder, `${jobId}.mp4`);
  writeFileSync(path, new Uint8Array(await answer.arrayBuffer()));
  const frames = frameHashes(path);
  rmSync(path);
  const { rows } = await fleet.database.query<{ section: string }>("select data ->> 'section' as section from public.job_events where job_id = $1 and type = 'section.ready' order by sequence", [jobId]);
  const playlist = await (await fleet.call(`/v1/videos/${jobId}/live/video.m3u8`)).text();
  const segments = playlist.match(/#EXTINF:[\d.]+/g) ?? [];
  return { frames, shown: [...rows.map(({ section }) => section), ...segments, playlist.includes('#EXT-X-ENDLIST') ? 'ends' : 'goes on'].join(' ') };
}

export async function appendsOf(fleet: Fleet, jobId: string): Promise<number> {
  const { rows } = await fleet.database.query<{ last: number }>('select last_sequence::int as last from public.job_progress where job_id = $1', [jobId]);
  return rows[0]?.last ?? 0;
}
