import { createRoute, z } from '@hono/zod-openapi';
import { growingPlaylist, liveKinds, mainPlaylist } from '../../media/live/playlists.ts';
import { type LiveRecord, readRecords } from '../../media/live/record.ts';
import type { Film } from '../../store/port.ts';
import type { App } from '../environment.ts';
import { Problem, problems } from '../problem.ts';
import { fileQuerySchema, jobParameters } from '../schemas.ts';
import { anyoneSecurity } from './shared.ts';
import type { Services } from './services.ts';
import { visibleFilm } from './video-files.ts';

const PLAYLIST = 'application/vnd.apple.mpegurl';
const segmentTypes = { m4s: 'video/mp4', mp4: 'video/mp4', vtt: 'text/vtt; charset=utf-8' } as const;
type SegmentEnding = keyof typeof segmentTypes;
/** What is in a segment never changes; whether it may be seen can. */
const SEGMENT_SECONDS = 3600;

const tags = ['Videos'];
const security = anyoneSecurity;
const bytes = z.string().openapi({ format: 'binary' });
const playlistAnswer = { 200: { description: 'A playlist of HTTP Live Streaming.', content: { [PLAYLIST]: { schema: z.string() } } }, ...problems(400, 401, 404) };

const mainRoute = createRoute({
  method: 'get',
  path: '/v1/videos/{job_id}/live.m3u8',
  tags,
  security,
  summary: 'The film while it is made: what is finished of it, in order',
  request: { params: jobParameters, query: fileQuerySchema },
  responses: playlistAnswer,
});
const NAME = /^((video|audio|captions)\.m3u8|(video|audio|video-init|audio-init|captions)-[0-9a-f]{20}\.(m4s|mp4|vtt))$/;
const partParameters = jobParameters.extend({
  name: z.string().regex(NAME).openapi({ param: { name: 'name', in: 'path' }, example: 'video.m3u8' }),
});
const partRoute = createRoute({
  method: 'get',
  path: '/v1/videos/{job_id}/live/{name}',
  tags,
  security,
  summary: 'What the playlist of a film that is being made names: further playlists, and their segments',
  request: { params: partParameters, query: fileQuerySchema },
  responses: {
    200: { description: 'A playlist or a segment.', content: { [PLAYLIST]: { schema: z.string() }, 'video/mp4': { schema: bytes }, 'text/vtt': { schema: z.string() } } },
    ...problems(400, 401, 404),
  },
});

/** Playlists that grow while a film is made, with the segments that they name. They are open to whom the film itself is. */
export function addLiveRoutes(app: App, services: Services): void {
  const { access, parts } = services;
  const recordsOf = ({ jobId }: Film): Promise<LiveRecord[]> => readRecords((name) => parts.live.film(jobId).read(name));

  app.openapi({ ...mainRoute, middleware: [access.anyone] }, async (context) => {
    const { share } = context.req.valid('query');
    const film = await visibleFilm(services, context, { jobId: context.req.valid('param').job_id, share });
    const [first] = await recordsOf(film);
    if (first === undefined) throw nothingYet(film);
    return playlistResponse(mainPlaylist(first, queryOf(share)));
  });

  app.openapi({ ...partRoute, middleware: [access.anyone] }, async (context) => {
    const { job_id: jobId, name } = context.req.valid('param');
    const { share } = context.req.valid('query');
    const film = await visibleFilm(services, context, { jobId, share });
    const kind = liveKinds.find((each) => name === `${each}.m3u8`);
    if (kind === undefined) return segmentResponse(film, name, await parts.live.film(jobId).read(name));
    const records = await recordsOf(film);
    const [first] = records;
    if (first === undefined) throw nothingYet(film);
    const ended = film.status !== 'processing' || records.length === first.film.sections;
    return playlistResponse(growingPlaylist(records, kind, { ended, query: queryOf(share) }));
  });
}

/** A player is told one address, and has to find those beneath it with the same token. */
const queryOf = (share: string | undefined): string => (share === undefined ? '' : `?share=${share}`);

const playlistResponse = (text: string): Response =>
  new Response(text, { headers: { 'content-type': PLAYLIST, 'cache-control': 'private, no-cache', vary: 'Authorization' } });

function segmentResponse(film: Film, name: string, found: Uint8Array<ArrayBuffer> | undefined): Response {
  if (found === undefined) throw nothingYet(film);
  const ending = name.split('.').at(-1) as SegmentEnding;
  const caching = film.isPublic ? 'public' : 'private';
  const headers = { 'content-type': segmentTypes[ending], 'cache-control': `${caching}, max-age=${SEGMENT_SECONDS}` };
  return new Response(found, { headers: film.isPublic ? headers : { ...headers, vary: 'Authorization' } });
}

function nothingYet({ status }: Film): Problem {
  if (status === 'processing') {
    const message = 'No section of this film can be watched yet.';
    return new Problem(404, { code: 'not_made_yet', message, fix: 'Wait for the job’s event `section.ready`.', retryable: true });
  }
  const message = 'This film is not made any more, and what could be watched meanwhile is not there.';
  return new Problem(404, { code: 'live_over', message, fix: 'Watch the film itself: see `video_url`.' });
}
