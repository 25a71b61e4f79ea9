// npm run test:crash [-- --quick] [-- --points N] [-- --seed N] [-- --from N] [-- --to N]: kill -9 of the worker that makes a topic of four
// sections, each run resumed by another process, and the film compared with one that was made in peace. Without options: at every append of
// the event log, and in every call, before its answer and in the middle of it. --from and --to take a part of these points.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Fleet, openFleet } from '../support/durable/fleet.ts';
import { appendsOf, filmOf, type KillPoint, makeKilledFilm, possiblyBilled, stepsRerun } from '../support/durable/killed-film.ts';
import { type MeteredProviders, startMeteredProviders } from '../support/durable/metered-providers.ts';
import { numbers } from '../support/durable/random.ts';

const QUICK_POINTS = 5;
/** Of a point that was not reached, where few are wanted and each is to be one. */
const EARLIER = 0.8;

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, points: { type: 'string' }, seed: { type: 'string', default: '6' }, from: { type: 'string', default: '1' }, to: { type: 'string' } },
});
const wanted = values.points === undefined ? (values.quick ? QUICK_POINTS : Infinity) : Number(values.points);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const named = ({ at, number }: KillPoint): string => `${at} ${number}`;

interface Figures {
  kills: number;
  films_equal: number;
  steps_rerun: number;
  possibly_billed: number;
  in_flight_at_kill: number;
  stuck: number;
}

/** Every call and every append; or so many by seed, one from each of as many stretches of these. */
function pointsAmong({ appends, calls }: { appends: number; calls: number }): KillPoint[] {
  const all = (['call', 'answer', 'append'] as const).flatMap((at) => Array.from({ length: at === 'append' ? appends : calls }, (_, index) => ({ at, number: index + 1 })));
  if (wanted >= all.length) return all.slice(Number(values.from) - 1, values.to === undefined ? undefined : Number(values.to));
  const random = numbers(Number(values.seed));
  return Array.from({ length: wanted }, (_, index) => all[Math.floor(((index + random()) / wanted) * all.length)]).filter((point) => point !== undefined);
}

async function crash(fleet: Fleet, providers: MeteredProviders): Promise<{ figures: Figures; isWell: boolean }> {
  const figures: Figures = { kills: 0, films_equal: 0, steps_rerun: 0, possibly_billed: 0, in_flight_at_kill: 0, stuck: 0 };
  const parts = { fleet, providers };
  const peaceful = await makeKilledFilm(parts);
  if (peaceful.outcome !== 'job.finished') throw new Error(`The film that nobody disturbed ended with ${peaceful.outcome}.\n${peaceful.log.slice(-4000)}`);
  const expected = await filmOf(fleet, peaceful.jobId);
  const appends = await appendsOf(fleet, peaceful.jobId);
  const points = pointsAmong({ appends, calls: peaceful.calls });
  say(`${appends} appends, ${peaceful.calls} calls; killed at ${points.map(named).join(', ')}`);
  let isWell = true;
  for (const point of points) {
    const made = await makeKilledFilm(parts, point);
    if (made.kill === undefined) {
      // How often frames are told is up to the machine.
      say(`${named(point)}: the job had ended before.`);
      if (Number.isFinite(wanted)) points.push({ ...point, number: Math.ceil(point.number * EARLIER) });
      continue;
    }
    const film = made.outcome === 'job.finished' ? await filmOf(fleet, made.jobId) : undefined;
    const seen = { rerun: await stepsRerun(fleet, made), billed: await possiblyBilled(fleet, made.jobId), inFlight: made.kill.inFlight };
    const isEqual = film?.frames === expected.frames;
    const isShown = film?.shown === expected.shown;
    figures.kills += 1;
    figures.films_equal += isEqual ? 1 : 0;
    figures.stuck += made.outcome === undefined ? 1 : 0;
    figures.steps_rerun += seen.rerun;
    figures.possibly_billed += seen.billed;
    figures.in_flight_at_kill += seen.inFlight;
    say(`${named(point)}: ${made.outcome ?? 'stuck'}, film ${isEqual ? 'equal' : 'not equal'}, ${isShown ? 'shown in order' : `shown as ${film?.shown}`}, ${JSON.stringify(seen)}`);
    if (isEqual && isShown && seen.billed === seen.inFlight && seen.rerun === 0) continue;
    isWell = false;
    const path = join(tmpdir(), `crash-${named(point).replace(' ', '-')}.log`);
    writeFileSync(path, made.log);
    say(`What the worker logged that went on is in ${path}.`);
  }
  return { figures, isWell };
}

const providers = await startMeteredProviders();
const fleet = await openFleet(providers.environment);
try {
  const { figures, isWell } = await crash(fleet, providers);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exitCode = figures.kills > 0 && isWell ? 0 : 1;
} finally {
  await fleet.close();
  await providers.close();
}
