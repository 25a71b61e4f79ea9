import { OpenAPIHono } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { accessControl } from './access.ts';
import { answerHeaders } from './answer-headers.ts';
import { addDescription } from './description.ts';
import type { App, Environment } from './environment.ts';
import { allowedMethods } from './methods.ts';
import type { ApiParts } from './parts.ts';
import { Problem, problemResponse } from './problem.ts';
import { addEstimateRoutes } from './routes/estimates.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addLiveRoutes } from './routes/live.ts';
import { addSectionRoutes } from './routes/sections.ts';
import { addServiceRoutes } from './routes/service.ts';
import { addVideoFileRoutes } from './routes/video-files.ts';
import { addVideoRoutes } from './routes/videos.ts';
import { createBroadcaster } from './sse/broadcaster.ts';

export type { ApiParts } from './parts.ts';

/** The HTTP API, for `serve` of @hono/node-server: event streams write to Node's own response. */
export function createApp(parts: ApiParts): App {
  const app: App = new OpenAPIHono<Environment>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.target, result.error.issues);
    },
  });
  const services = { parts, access: accessControl(parts), broadcaster: createBroadcaster(parts) };

  app.use(answerHeaders(parts.origins));
  addServiceRoutes(app, services);
  addJobRoutes(app, services);
  addEstimateRoutes(app, services);
  addVideoRoutes(app, services);
  addVideoFileRoutes(app, services);
  addLiveRoutes(app, services);
  addSectionRoutes(app, services);
  addDescription(app, parts);

  app.notFound((context) => problemResponse(notServed(allowedMethods(app, context.req.path))));
  app.onError((error, context) => {
    const told = error instanceof HTTPException ? requestProblem(error) : error;
    const answer = problemResponse(told);
    if (answer.status >= 500) parts.log.error({ error, route: `${context.req.method} ${context.req.path}` }, 'A request could not be served.');
    return answer;
  });
  return app;
}

interface Issue {
  path: readonly PropertyKey[];
  message: string;
}
const ISSUES_TOLD = 5;
const ISSUE_CHARACTERS = 200;

function invalidRequest(target: string, issues: readonly Issue[]): Problem {
  const told = issues.slice(0, ISSUES_TOLD).map(({ path, message }) => {
    const where = [target, ...path.map(String)].join('.');
    return `${where}: ${message}`.slice(0, ISSUE_CHARACTERS).toWellFormed();
  });
  return new Problem(400, { code: 'invalid_request', message: told.join('; '), fix: 'See /docs for what a request may hold.' });
}

/** What the router's own checks of content type and JSON find. */
function requestProblem(error: HTTPException): Problem {
  if (error.status === 415) {
    return new Problem(415, { code: 'wrong_content_type', message: 'The body is not JSON.', fix: 'Send it as `Content-Type: application/json`.' });
  }
  return new Problem(400, { code: 'malformed_json', message: 'The body is not well-formed JSON.', fix: 'Send one JSON object.' });
}

function notServed(allowed: string[]): Problem {
  if (allowed.length === 0) return new Problem(404, { code: 'unknown_path', message: 'There is nothing here.', fix: 'See /docs for what there is.' });
  const allow = allowed.join(', ');
  const message = 'This cannot be done with this method.';
  return new Problem(405, { code: 'method_not_allowed', message, fix: `Use ${allow}.` }, { headers: { allow } });
}
