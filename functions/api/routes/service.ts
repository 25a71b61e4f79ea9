import { createRoute, z } from '@hono/zod-openapi';
import type { App } from '../environment.ts';
import { problems } from '../problem.ts';
import type { Services } from './services.ts';

const tags = ['Service'];
const healthSchema = z.object({ status: z.literal('ok'), version: z.string() }).openapi('Health');
const readinessSchema = z.object({ ready: z.boolean() }).openapi('Readiness');
const flavorsSchema = z.object({ flavors: z.array(z.string()) }).openapi('ConfigFlavors');

const health = createRoute({
  method: 'get',
  path: '/healthz',
  tags,
  security: [],
  summary: 'Whether the process runs',
  responses: { 200: { description: 'It does.', content: { 'application/json': { schema: healthSchema } } } },
});
const readinessContent = { 'application/json': { schema: readinessSchema } };
const readiness = createRoute({
  method: 'get',
  path: '/readyz',
  tags,
  security: [],
  summary: 'Whether jobs can be accepted',
  responses: { 200: { description: 'They can.', content: readinessContent }, 503: { description: 'Not now.', content: readinessContent } },
});
const listFlavors = createRoute({
  method: 'get',
  path: '/v1/config-flavors',
  tags,
  security: [],
  summary: 'Names of the flavors that a job can be made with',
  responses: { 200: { description: 'The flavors; the first is the default, which is also taken where a job asks for one that there is not.', content: { 'application/json': { schema: flavorsSchema } } }, ...problems() },
});

export function addServiceRoutes(app: App, { parts }: Services): void {
  app.openapi(health, (context) => context.json({ status: 'ok' as const, version: parts.version }, 200));

  app.openapi(readiness, async (context) => {
    const isReady = !parts.closing.aborted && (await parts.isReady()) && (await parts.store.isReady());
    return context.json({ ready: isReady }, isReady ? 200 : 503);
  });

  app.openapi(listFlavors, (context) => context.json({ flavors: [...parts.flavors] }, 200));
}
