import { createRoute, z } from '@hono/zod-openapi';
import { userOf } from '../access.ts';
import { jobAnswer, jobUrl } from '../answers.ts';
import type { App } from '../environment.ts';
import { jobMaker } from '../new-job.ts';
import { Problem, problems } from '../problem.ts';
import { jobBodySchema, jobHeaders, jobParameters, jobSchema, streamHeaders } from '../schemas.ts';
import { streamEvents, unknownJob } from '../sse/stream.ts';
import { bodyOf, bounded, signedInSecurity } from './shared.ts';
import type { Services } from './services.ts';

/** A frame of a stream: how a stream as a whole is described is open until OpenAPI 3.2. */
const frameSchema = z
  .object({ id: z.string().optional(), event: z.string().optional(), data: z.string().optional(), retry: z.number().optional() })
  .openapi('EventStreamFrame');
const eventStream = (description: string) => ({
  200: { description, content: { 'text/event-stream': { schema: frameSchema } } },
  204: { description: 'The job has ended, and the client has its last event.' },
});
const tags = ['Jobs'];
const security = signedInSecurity;
const creationProblems = problems(400, 401, 403, 409, 413, 415, 422, 429);

/** What can be asked about a job that has been made, for programs that find their way by the description. */
const jobLinks = Object.fromEntries(
  ['getJob', 'cancelJob', 'getVideo', 'changeVideo', 'shareVideo', 'unshareVideo', 'deleteVideo'].map((operationId) => [
    operationId,
    { operationId, parameters: { job_id: '$response.body#/job_id' } },
  ]),
);

const generateVideo = createRoute({
  operationId: 'generateVideo',
  method: 'post',
  path: '/generate_video_api',
  tags,
  security,
  summary: 'Make a film, and follow it in one request',
  description: 'Frames of `id` and `data`. The job goes on when the stream is closed; the same `job_id` with the same request follows it again.',
  request: { body: bodyOf(jobBodySchema), headers: jobHeaders.extend(streamHeaders.shape) },
  responses: { ...eventStream('`{"status", "stage", "progress_percentage", "message", …}`; the last carries `video_url` or `error_message`.'), ...creationProblems },
});

const createJob = createRoute({
  operationId: 'createJob',
  method: 'post',
  path: '/v1/jobs',
  tags,
  security,
  summary: 'Make a film',
  request: { body: bodyOf(jobBodySchema), headers: jobHeaders },
  responses: {
    202: {
      description: 'Accepted: follow it at `events_url`.',
      content: { 'application/json': { schema: jobSchema } },
      headers: z.object({ Location: z.string() }),
      links: jobLinks,
    },
    ...creationProblems,
  },
});

const getJob = createRoute({
  operationId: 'getJob',
  method: 'get',
  path: '/v1/jobs/{job_id}',
  tags,
  security,
  summary: 'How far a job is',
  request: { params: jobParameters },
  responses: { 200: { description: 'The job.', content: { 'application/json': { schema: jobSchema } } }, ...problems(400, 401, 404, 429) },
});

const getEvents = createRoute({
  operationId: 'getEvents',
  method: 'get',
  path: '/v1/jobs/{job_id}/events',
  tags,
  security,
  summary: 'Follow a job',
  request: { params: jobParameters, headers: streamHeaders },
  responses: { ...eventStream('Every event of the job under its own name, from the first or from Last-Event-ID on.'), ...problems(400, 401, 404) },
});

const cancelJob = createRoute({
  operationId: 'cancelJob',
  method: 'post',
  path: '/v1/jobs/{job_id}/cancel',
  tags,
  security,
  summary: 'Cancel a job',
  request: { params: jobParameters },
  responses: {
    202: { description: 'It will end soon.', content: { 'application/json': { schema: jobSchema } } },
    ...problems(400, 401, 404, 409, 429),
  },
});

export function addJobRoutes(app: App, services: Services): void {
  const { parts, access } = services;
  const { jobs } = parts.store;
  const newJob = jobMaker(parts);
  const ownJob = async (jobId: string, userId: string) => {
    const state = await jobs.find(jobId);
    if (state === undefined || state.userId !== userId) throw unknownJob();
    return state;
  };

  // Who may make a job is asked before the body is read.
  app.openapi({ ...generateVideo, middleware: [access.signedIn(), bounded] }, async (context) => {
    const idempotencyKey = context.req.valid('header')['idempotency-key'];
    const jobId = await newJob({ body: context.req.valid('json'), user: userOf(context), idempotencyKey });
    return streamEvents(services, context, { jobId, view: 'progress' });
  });

  app.openapi({ ...createJob, middleware: [access.signedIn(), bounded] }, async (context) => {
    const user = userOf(context);
    const idempotencyKey = context.req.valid('header')['idempotency-key'];
    const jobId = await newJob({ body: context.req.valid('json'), user, idempotencyKey });
    context.header('location', jobUrl(parts.publicUrl, jobId));
    return context.json(jobAnswer(parts.publicUrl, await ownJob(jobId, user.id)), 202);
  });

  app.openapi({ ...getJob, middleware: [access.signedIn()] }, async (context) => {
    const state = await ownJob(context.req.valid('param').job_id, userOf(context).id);
    return context.json(jobAnswer(parts.publicUrl, state), 200);
  });

  app.openapi({ ...getEvents, middleware: [access.signedIn('unmetered')] }, async (context) =>
    streamEvents(services, context, { jobId: context.req.valid('param').job_id, view: 'events' }),
  );

  app.openapi({ ...cancelJob, middleware: [access.signedIn()] }, async (context) => {
    const user = userOf(context);
    const { job_id: jobId } = context.req.valid('param');
    await ownJob(jobId, user.id);
    if (!(await jobs.requestCancel(jobId, user.id))) {
      throw new Problem(409, { code: 'job_ended', message: 'The job has ended already.', fix: 'Delete its film, if you do not want it.' });
    }
    await parts.jobs.cancel(jobId);
    return context.json(jobAnswer(parts.publicUrl, await ownJob(jobId, user.id)), 202);
  });
}
