import { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpBindings } from '@hono/node-server';
import type { ApiParts } from './parts.ts';

export type { ApiParts } from './parts.ts';

/** The HTTP API, for `serve` of @hono/node-server: event streams write to Node's own response. */
export function createApp(parts: ApiParts): OpenAPIHono<{ Bindings: HttpBindings }> {
  const app = new OpenAPIHono<{ Bindings: HttpBindings }>();
  app.get('/healthz', (context) => context.json({ status: 'ok', version: parts.version }));
  return app;
}
