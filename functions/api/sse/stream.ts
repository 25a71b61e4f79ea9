import { userOf } from '../access.ts';
import { alreadySent } from '../already-sent.ts';
import { everyAnswer } from '../answer-headers.ts';
import type { ApiContext } from '../environment.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../routes/services.ts';
import type { KnownJob } from './broadcaster.ts';
import type { View } from './frame-log.ts';

const foreign = (): Problem =>
  new Problem(400, {
    code: 'foreign_event_id',
    message: 'This Last-Event-ID is not one of this stream.',
    fix: 'Leave the header out to begin with the first event.',
  });

export const unknownJob = (): Problem =>
  new Problem(404, { code: 'unknown_job', message: 'There is no such job.', fix: 'See `GET /v1/videos` for those that are yours.' });

/** The number in a Last-Event-ID; 0 where there is none. @throws Problem `foreign_event_id` */
export function lastEventIdOf(header: string | undefined): number {
  if (header === undefined || header === '') return 0;
  if (!/^\d{1,15}$/.test(header)) throw foreign();
  return Number(header);
}

/**
 * Answers with the job's events after Last-Event-ID, or with 204 where nothing will come any more: that ends an EventSource.
 * Whoever has been let in once is not asked about again, as long as the job is followed here.
 */
export async function streamEvents(services: Services, context: ApiContext, job: { jobId: string; view: View }): Promise<Response> {
  const user = userOf(context);
  const after = lastEventIdOf(context.req.header('last-event-id'));
  const known = await jobFor(services, { jobId: job.jobId, userId: user.id, after });
  if (after > known.lastSequence) throw foreign();
  if (known.ended && after > 0 && after === known.lastSequence) return new Response(null, { status: 204 });
  if (context.req.method === 'HEAD') return new Response(null, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
  // Events are served over HTTP/1.1 alone.
  const response = context.env.outgoing;
  const headers = everyAnswer(context, services.parts.origins);
  if (!response.destroyed) services.broadcaster.join({ jobId: job.jobId, userId: user.id }, { response, headers, view: job.view, after });
  return alreadySent;
}

async function jobFor({ broadcaster, parts }: Services, asked: { jobId: string; userId: string; after: number }): Promise<KnownJob> {
  const known = broadcaster.known(asked.jobId);
  if (known && known.userId === asked.userId && asked.after <= known.lastSequence) return known;
  const state = await parts.store.jobs.find(asked.jobId);
  if (state === undefined || state.userId !== asked.userId) throw unknownJob();
  return { userId: state.userId, lastSequence: state.lastSequence, ended: state.status !== 'processing' };
}
