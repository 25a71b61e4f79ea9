import { createRoute, z } from '@hono/zod-openapi';
import type { Film, StoredFile } from '../../store/port.ts';
import { type FileKind, fileOf } from '../answers.ts';
import { parseRange } from '../byte-range.ts';
import type { ApiContext, App } from '../environment.ts';
import type { ByteRange } from '../parts.ts';
import { Problem, problems } from '../problem.ts';
import { fileQuerySchema, jobParameters } from '../schemas.ts';
import { sendBody } from '../send-body.ts';
import { anyoneSecurity } from './shared.ts';
import type { Services } from './services.ts';
import { unknownFilm } from './videos.ts';

const summaries: Record<FileKind, { summary: string; types: string[] }> = {
  file: { summary: 'The film itself', types: ['video/mp4'] },
  poster: { summary: 'A picture of the film', types: ['image/jpeg', 'image/png'] },
  'captions.vtt': { summary: 'Captions of the film', types: ['text/vtt'] },
};
const contentTypes: Record<string, string> = { mp4: 'video/mp4', jpg: 'image/jpeg', png: 'image/png', vtt: 'text/vtt; charset=utf-8' };

const rangeHeaders = z.object({
  range: z.string().optional().openapi({ example: 'bytes=0-1023' }),
  'if-range': z.string().optional(),
  'if-none-match': z.string().optional(),
});

const fileRoute = (kind: FileKind) => {
  const { summary, types } = summaries[kind];
  const content = Object.fromEntries(types.map((type) => [type, { schema: z.string().openapi({ format: 'binary' }) }]));
  return createRoute({
    method: 'get',
    path: `/v1/videos/{job_id}/${kind}`,
    tags: ['Videos'],
    security: anyoneSecurity,
    summary,
    request: { params: jobParameters, query: fileQuerySchema, headers: rangeHeaders },
    responses: {
      200: { description: 'All of it.', content },
      206: { description: 'The range that was asked for.', content },
      304: { description: 'It is what the client has.' },
      ...problems(400, 401, 404, 416),
    },
  });
};

export function addVideoFileRoutes(app: App, services: Services): void {
  const { access } = services;
  for (const kind of ['file', 'poster', 'captions.vtt'] as const) {
    app.openapi({ ...fileRoute(kind), middleware: [access.anyone] }, async (context) => {
      const film = await visibleFilm(services, context, { jobId: context.req.valid('param').job_id, share: context.req.valid('query').share });
      return fileResponse(services, context, { film, kind });
    });
  }
}

/** The film if it is the caller's own, or public, or the token is its own. */
export async function visibleFilm({ parts }: Services, context: ApiContext, asked: { jobId: string; share: string | undefined }): Promise<Film> {
  const { films, shares } = parts.store;
  const user = context.get('user');
  const own = user && (await films.find(asked.jobId, user.id));
  if (own) return own;
  const shared = asked.share === undefined ? undefined : await shares.find(asked.share);
  if (shared?.jobId === asked.jobId) return shared;
  const film = await films.findPublic(asked.jobId);
  if (film === undefined) throw unknownFilm();
  return film;
}

async function fileResponse({ parts }: Services, context: ApiContext, { film, kind }: { film: Film; kind: FileKind }): Promise<Response> {
  const file = fileOf(await parts.files.list(film), kind);
  if (file === undefined) {
    throw new Problem(404, { code: 'not_made_yet', message: 'This file of the film is not there.', fix: 'Wait until the job has ended.' });
  }
  const etag = `"${file.sha256}"`;
  const headers = headersOf(film, file, etag);
  const given = context.req.header('if-none-match');
  if (given !== undefined && (given === '*' || given.split(',').some((each) => each.trim().replace(/^W\//, '') === etag))) {
    return new Response(null, { status: 304, headers });
  }
  const isSameFile = (context.req.header('if-range') ?? etag) === etag;
  const range = isSameFile ? parseRange(context.req.header('range'), file.sizeBytes) : 'whole';
  if (range === 'outside') {
    const message = `The film has ${file.sizeBytes} bytes, and none of those asked for.`;
    const further = { headers: { 'content-range': `bytes */${file.sizeBytes}` } };
    throw new Problem(416, { code: 'range_outside', message, fix: 'Ask for a range inside of it.' }, further);
  }
  const part: ByteRange = range === 'whole' ? { first: 0, last: file.sizeBytes - 1 } : range;
  if (range !== 'whole') headers['content-range'] = `bytes ${part.first}-${part.last}/${file.sizeBytes}`;
  headers['content-length'] = String(part.last - part.first + 1);
  const status = range === 'whole' ? 200 : 206;
  if (context.req.method === 'HEAD' || file.sizeBytes === 0) return new Response(null, { status, headers });
  return sendBody(parts, context, { status, headers, open: (signal) => parts.files.open({ film, name: file.name, range: part }, signal) });
}

function headersOf(film: Film, file: StoredFile, etag: string): Record<string, string> {
  const ending = file.name.split('.').at(-1) ?? '';
  const name = encodeURIComponent(`${film.title || 'film'}.${ending}`).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return {
    'content-type': contentTypes[ending] ?? 'application/octet-stream',
    'content-disposition': `inline; filename*=UTF-8''${name}`,
    'accept-ranges': 'bytes',
    'cache-control': film.isPublic ? 'public, max-age=86400' : 'private',
    etag,
    // Whether a film may be seen can depend on who asks.
    ...(!film.isPublic && { vary: 'Authorization' }),
  };
}
