import { createRoute, z } from '@hono/zod-openapi';
import type { StoredSection } from '../../../shared/contract/take.ts';
import type { Film } from '../../store/port.ts';
import { userOf } from '../access.ts';
import { jobAnswer, jobUrl, sectionAnswer } from '../answers.ts';
import type { ApiContext, App } from '../environment.ts';
import { makeRun, type RunRequest } from '../new-run.ts';
import { Problem, problems } from '../problem.ts';
import { choiceSchema, jobHeaders, jobParameters, jobSchema, restitchBodySchema, retryBodySchema, sectionListSchema, sectionParameters, sectionSchema } from '../schemas.ts';
import { bodyOf, bounded, signedInSecurity } from './shared.ts';
import type { Services } from './services.ts';
import { unknownFilm } from './videos.ts';

const tags = ['Videos'];
const security = signedInSecurity;
const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({ description, content: { 'application/json': { schema } } });
/** A body that may be left out. */
const optional = <Schema extends z.ZodType>(schema: Schema) => ({ content: { 'application/json': { schema } }, required: false });
const accepted = {
  202: {
    ...json('Accepted: a job of its own, to be followed at `events_url`, cancelled and paid as any other.', jobSchema),
    headers: z.object({ Location: z.string() }),
    links: {
      getRun: { operationId: 'getJob', parameters: { job_id: '$response.body#/job_id' } },
      cancelRun: { operationId: 'cancelJob', parameters: { job_id: '$response.body#/job_id' } },
    },
  },
  ...problems(400, 401, 404, 409, 413, 415, 422, 429),
};

const listSections = createRoute({
  operationId: 'listSections',
  method: 'get',
  path: '/v1/videos/{job_id}/sections',
  tags,
  security,
  summary: 'The sections of a film, with all takes of each',
  request: { params: jobParameters },
  responses: { 200: json('In the order of the film.', sectionListSchema), ...problems(400, 401, 404, 429) },
});
const chooseTake = createRoute({
  operationId: 'chooseTake',
  method: 'patch',
  path: '/v1/videos/{job_id}/sections/{section}',
  tags,
  security,
  summary: 'Choose the take that a section has when the film is joined anew',
  request: { params: sectionParameters, body: bodyOf(choiceSchema) },
  responses: { 200: json('The section as it is now.', sectionSchema), ...problems(400, 401, 404, 409, 413, 415, 429) },
});
const retrySection = createRoute({
  operationId: 'retrySection',
  method: 'post',
  path: '/v1/videos/{job_id}/sections/{section}/retry',
  tags,
  security,
  summary: 'Make one section once more',
  description: 'One more take of the section: written anew where a model wrote it, else drawn anew. The film stays as it is until it is joined anew.',
  request: { params: sectionParameters, headers: jobHeaders, body: optional(retryBodySchema) },
  responses: accepted,
});
const restitch = createRoute({
  operationId: 'restitchVideo',
  method: 'post',
  path: '/v1/videos/{job_id}/restitch',
  tags,
  security,
  summary: 'Join the film anew from the takes that its sections have',
  description: 'The film that is there is served until the new one is whole, which then takes its place.',
  request: { params: jobParameters, headers: jobHeaders, body: optional(restitchBodySchema) },
  responses: accepted,
});

export function addSectionRoutes(app: App, { parts, access }: Services): void {
  const { films, jobs, sections } = parts.store;
  const ownFilm = async (context: ApiContext, jobId: string): Promise<{ film: Film; sections: StoredSection[] }> => {
    const film = await films.find(jobId, userOf(context).id);
    if (film === undefined) throw unknownFilm();
    return { film, sections: await sections.list(jobId) };
  };
  const start = async (context: ApiContext, asked: Omit<RunRequest, 'user' | 'idempotencyKey'>) => {
    const jobId = await makeRun(parts, { ...asked, user: userOf(context), idempotencyKey: context.req.header('idempotency-key') });
    const state = await jobs.find(jobId);
    if (state === undefined) throw unknownFilm();
    context.header('location', jobUrl(parts.publicUrl, jobId));
    return jobAnswer(parts.publicUrl, state);
  };

  app.openapi({ ...listSections, middleware: [access.signedIn()] }, async (context) => {
    const own = await ownFilm(context, context.req.valid('param').job_id);
    return context.json({ items: own.sections.map(sectionAnswer) }, 200);
  });

  app.openapi({ ...chooseTake, middleware: [access.signedIn(), bounded] }, async (context) => {
    const { job_id: jobId, section } = context.req.valid('param');
    const { take } = context.req.valid('json');
    refuseTake(sectionIn((await ownFilm(context, jobId)).sections, section), take);
    await sections.choose(jobId, Number(section), take);
    return context.json(sectionAnswer(sectionIn(await sections.list(jobId), section)), 200);
  });

  app.openapi({ ...retrySection, middleware: [access.signedIn(), bounded] }, async (context) => {
    const { job_id: jobId, section } = context.req.valid('param');
    const { scene_code: sceneCode, max_dollars: maxDollars } = context.req.valid('json');
    const own = await ownFilm(context, jobId);
    sectionIn(own.sections, section);
    return context.json(await start(context, { ...own, section: Number(section), sceneCode, maxDollars }), 202);
  });

  app.openapi({ ...restitch, middleware: [access.signedIn(), bounded] }, async (context) => {
    const { max_dollars: maxDollars } = context.req.valid('json');
    const own = await ownFilm(context, context.req.valid('param').job_id);
    return context.json(await start(context, { ...own, maxDollars }), 202);
  });
}

function sectionIn(sections: readonly StoredSection[], number: string): StoredSection {
  const found = sections.find(({ section }) => section === Number(number));
  if (found) return found;
  const fix = sections.length === 0 ? 'Wait until the film is planned.' : `Name one from 1 to ${sections.length}.`;
  throw new Problem(404, { code: 'unknown_section', message: `The film has no section ${number}.`, fix });
}

function refuseTake({ takes }: StoredSection, number: number | null): void {
  if (number === null) return;
  const chosen = takes.find(({ take }) => take === number);
  if (chosen === undefined) {
    throw new Problem(404, { code: 'unknown_take', message: `The section has no take ${number}.`, fix: 'See `GET …/sections` for those that it has.' });
  }
  if (chosen.outcome === 'failed') {
    throw new Problem(409, { code: 'take_failed', message: `Nothing was drawn in take ${number}.`, fix: 'Choose one that was drawn, or have the section made once more.' });
  }
}
