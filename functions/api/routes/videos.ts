import type { z } from '@hono/zod-openapi';
import { createRoute } from '@hono/zod-openapi';
import type { FilmQuery } from '../../store/port.ts';
import { userOf } from '../access.ts';
import { ownFilmAnswer, publicFilmAnswer } from '../answers.ts';
import type { App, ApiContext } from '../environment.ts';
import { Problem, problems } from '../problem.ts';
import {
  filmChangesSchema,
  filmPageSchema,
  filmQuerySchema,
  filmSchema,
  jobParameters,
  ownFilmSchema,
  publicFilmSchema,
  shareParameters,
  shareSchema,
} from '../schemas.ts';
import { anyoneSecurity, bodyOf, bounded, signedInSecurity } from './shared.ts';
import type { Services } from './services.ts';

export const unknownFilm = (): Problem =>
  new Problem(404, { code: 'unknown_video', message: 'There is no such film.', fix: 'See `GET /v1/videos` for those that are yours.' });

const tags = ['Videos'];
const security = signedInSecurity;
const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
});

const shareLinks = { getShared: { operationId: 'getShared', parameters: { token: '$response.body#/token' } } };

const listFilms = createRoute({
  operationId: 'listVideos',
  method: 'get',
  path: '/v1/videos',
  tags,
  security: anyoneSecurity,
  summary: 'Films, newest first',
  request: { query: filmQuerySchema },
  responses: { 200: json('A page.', filmPageSchema), ...problems(400, 401, 429) },
});
const getFilm = createRoute({
  operationId: 'getVideo',
  method: 'get',
  path: '/v1/videos/{job_id}',
  tags,
  security: anyoneSecurity,
  summary: 'A film',
  request: { params: jobParameters },
  responses: { 200: json('The film; its owner is told more of it.', filmSchema), ...problems(400, 401, 404) },
});
const changeFilm = createRoute({
  operationId: 'changeVideo',
  method: 'patch',
  path: '/v1/videos/{job_id}',
  tags,
  security,
  summary: 'Change title, keywords or visibility',
  request: { params: jobParameters, body: bodyOf(filmChangesSchema) },
  responses: { 200: json('The film as it is now.', ownFilmSchema), ...problems(400, 401, 404, 413, 415, 429) },
});
const deleteFilm = createRoute({
  operationId: 'deleteVideo',
  method: 'delete',
  path: '/v1/videos/{job_id}',
  tags,
  security,
  summary: 'Delete a film and its files; a job that is making it is cancelled',
  request: { params: jobParameters },
  responses: { 204: { description: 'It is gone.' }, ...problems(400, 401, 404, 429) },
});
const shareFilm = createRoute({
  operationId: 'shareVideo',
  method: 'post',
  path: '/v1/videos/{job_id}/share',
  tags,
  security,
  summary: 'Make a token for whoever is to see the film; an earlier one ends',
  request: { params: jobParameters },
  responses: { 201: { ...json('The token. It is not kept, and cannot be shown again.', shareSchema), links: shareLinks }, ...problems(400, 401, 404, 429) },
});
const unshareFilm = createRoute({
  operationId: 'unshareVideo',
  method: 'delete',
  path: '/v1/videos/{job_id}/share',
  tags,
  security,
  summary: 'End the film’s token',
  request: { params: jobParameters },
  responses: { 204: { description: 'Nobody sees it by a token any more.' }, ...problems(400, 401, 404, 429) },
});
const getShared = createRoute({
  operationId: 'getShared',
  method: 'get',
  path: '/v1/shared/{token}',
  tags,
  security: [],
  summary: 'A film that somebody has shared',
  request: { params: shareParameters },
  responses: { 200: json('The film, with addresses that work with its token.', publicFilmSchema), ...problems(400, 404) },
});

export function addVideoRoutes(app: App, services: Services): void {
  const { parts, access } = services;
  const { films } = parts.store;
  const { publicUrl } = parts;

  app.openapi({ ...listFilms, middleware: [access.anyone] }, async (context) => {
    const { scope = 'mine', search, after, limit } = context.req.valid('query');
    const query: FilmQuery = { search, after, limit: limit === undefined ? undefined : Number(limit) };
    if (scope === 'mine') query.userId = memberOf(context).id;
    const { items, next } = await films.list(query);
    const answer = (film: (typeof items)[number]) => (scope === 'mine' ? ownFilmAnswer(publicUrl, film) : publicFilmAnswer(publicUrl, film));
    return context.json({ items: items.map(answer), next: next ?? null }, 200);
  });

  app.openapi({ ...getFilm, middleware: [access.anyone] }, async (context) => {
    const { job_id: jobId } = context.req.valid('param');
    const user = context.get('user');
    const own = user && (await films.find(jobId, user.id));
    if (own) return context.json(ownFilmAnswer(publicUrl, own), 200);
    const film = await films.findPublic(jobId);
    if (film === undefined) throw unknownFilm();
    return context.json(publicFilmAnswer(publicUrl, film), 200);
  });

  app.openapi({ ...changeFilm, middleware: [access.signedIn(), bounded] }, async (context) => {
    const { job_id: jobId } = context.req.valid('param');
    const { is_public: isPublic, ...changes } = context.req.valid('json');
    const { id } = userOf(context);
    const isChanged = await films.update(jobId, id, { ...changes, isPublic });
    const film = isChanged ? await films.find(jobId, id) : undefined;
    if (film === undefined) throw unknownFilm();
    return context.json(ownFilmAnswer(publicUrl, film), 200);
  });

  app.openapi({ ...deleteFilm, middleware: [access.signedIn()] }, async (context) => {
    const { job_id: jobId } = context.req.valid('param');
    const { id } = userOf(context);
    if (await parts.store.jobs.requestCancel(jobId, id)) await parts.jobs.cancel(jobId);
    if (!(await films.remove(jobId, id))) throw unknownFilm();
    services.broadcaster.forget(jobId);
    await parts.live.remove(jobId);
    return context.body(null, 204);
  });

  addShareRoutes(app, services);
}

function addShareRoutes(app: App, { parts, access }: Services): void {
  const { shares } = parts.store;
  const { publicUrl } = parts;

  app.openapi({ ...shareFilm, middleware: [access.signedIn()] }, async (context) => {
    const token = await shares.rotate(context.req.valid('param').job_id, userOf(context).id);
    if (token === undefined) throw unknownFilm();
    context.header('cache-control', 'no-store');
    return context.json({ token, url: `${publicUrl}/v1/shared/${token}` }, 201);
  });

  app.openapi({ ...unshareFilm, middleware: [access.signedIn()] }, async (context) => {
    if (!(await shares.revoke(context.req.valid('param').job_id, userOf(context).id))) throw unknownFilm();
    return context.body(null, 204);
  });

  app.openapi(getShared, async (context) => {
    const { token } = context.req.valid('param');
    const film = await shares.find(token);
    if (film === undefined) throw unknownFilm();
    context.header('cache-control', 'no-store');
    context.header('referrer-policy', 'no-referrer');
    return context.json(publicFilmAnswer(publicUrl, film, token), 200);
  });
}

function memberOf(context: ApiContext) {
  if (context.get('user') !== undefined) return userOf(context);
  const fix = 'Sign in, or ask for `scope=public`.';
  throw new Problem(401, { code: 'unauthenticated', message: 'Your own films are not known without a token.', fix });
}
