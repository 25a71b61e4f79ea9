import { createRoute, z } from '@hono/zod-openapi';
import { docsPage } from './docs-page.ts';
import type { App } from './environment.ts';
import type { ApiParts } from './parts.ts';
import { BEARER } from './routes/shared.ts';

const openApiRoute = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags: ['Service'],
  security: [],
  summary: 'This description, as OpenAPI 3.1',
  responses: { 200: { description: 'The description.', content: { 'application/json': { schema: z.object({ openapi: z.string() }) } } } },
});
const docsRoute = createRoute({
  method: 'get',
  path: '/docs',
  tags: ['Service'],
  security: [],
  summary: 'This description, for people',
  responses: { 200: { description: 'A page.', content: { 'text/html': { schema: z.string() } } } },
});

/** The page needs nothing from elsewhere, and may load nothing. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/** `/openapi.json` and `/docs`: what the routes say of themselves. */
export function addDescription(app: App, { publicUrl, version }: Pick<ApiParts, 'publicUrl' | 'version'>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', BEARER, { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  const describe = () =>
    app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'Lectern', version, description: 'A lesson in Markdown becomes a narrated, captioned, chaptered film.' },
      servers: [{ url: publicUrl }],
    });
  app.openapi(openApiRoute, (context) => context.json(describe(), 200));
  app.openapi(docsRoute, (context) => {
    context.header('content-security-policy', PAGE_POLICY);
    return context.html(docsPage(describe()));
  });
}
