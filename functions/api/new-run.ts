import { createHash } from 'node:crypto';
import type { StoredSection } from '../../shared/contract/take.ts';
import type { Film } from '../store/port.ts';
import { takeRate } from './access.ts';
import type { User } from './environment.ts';
import { refusalOf, startJob } from './new-job.ts';
import type { ApiParts } from './parts.ts';
import { Problem } from './problem.ts';
import { unknownFilm } from './routes/videos.ts';

const MICRO_DOLLARS = 1_000_000;

export interface RunRequest {
  user: User;
  film: Film;
  sections: readonly StoredSection[];
  /** The section that is made once more; the film is joined anew where absent. */
  section?: number;
  sceneCode?: string | undefined;
  maxDollars?: number | undefined;
  idempotencyKey: string | undefined;
}

/**
 * Makes a job that works on a finished film, and starts it; answers its id. An equal request while it runs finds it.
 * @throws Problem where the film cannot be worked on now, or a limit is reached
 */
export async function makeRun(parts: ApiParts, asked: RunRequest): Promise<string> {
  const { user, film, section, sceneCode } = asked;
  refuseUnfinished(asked);
  await takeRate(parts, { user, name: 'jobs', rate: parts.rateLimits.jobs });
  const capMicroDollars = asked.maxDollars === undefined ? parts.limits.jobMicroDollars : Math.round(asked.maxDollars * MICRO_DOLLARS);
  const creation = await parts.store.jobs.createRun(
    {
      userId: user.id,
      of: film.jobId,
      section,
      sceneCode,
      idempotencyKey: asked.idempotencyKey,
      requestHash: hashOf(asked),
      estimateMicroDollars: Math.min(expectedSpending(asked), capMicroDollars ?? Infinity),
      capMicroDollars,
    },
    parts.limits,
  );
  // Deleted since it was looked for.
  if (creation.outcome === 'unknown_film') throw unknownFilm();
  if (creation.outcome === 'in_work') throw inWork();
  if (!('jobId' in creation)) throw refusalOf(creation, parts);
  const { jobId, kind, flavor } = creation;
  if (creation.outcome === 'created') {
    const again = { of: film.jobId, kind, section, sceneCode };
    await startJob(parts, { jobId, user, request: { again, flavor: flavor ?? parts.flavors[0], capMicroDollars } });
  }
  return jobId;
}

function refuseUnfinished({ film, sections }: RunRequest): void {
  if (film.status === 'processing') throw inWork();
  const isWhole = sections.length > 0 && sections.every(({ take }) => take !== null);
  if (film.status === 'failed' || !isWhole) {
    throw new Problem(409, { code: 'no_film', message: 'No film was made of which a part could be made again.', fix: 'Make the film again.' });
  }
  if (film.localVideoUrl === null) return;
  const message = 'The film waits on the host that made it to be published.';
  throw new Problem(409, { code: 'not_published', message, fix: 'Have it published first: `npm run publish` there.', retryable: true });
}

const inWork = (): Problem =>
  new Problem(409, { code: 'film_in_work', message: 'The film is being worked on.', fix: 'Wait until that job has ended, or cancel it.', retryable: true });

/** What a section of the film has come to; nothing is bought to join what is there. */
function expectedSpending({ film, section, sections }: RunRequest): number {
  const total = film.costBreakdown['total_micro_dollars'];
  return section === undefined || typeof total !== 'number' ? 0 : Math.ceil(total / sections.length);
}

function hashOf({ film, section, sceneCode, maxDollars }: RunRequest): string {
  return createHash('sha256').update(JSON.stringify([film.jobId, section ?? null, sceneCode ?? null, maxDollars ?? null])).digest('hex');
}
