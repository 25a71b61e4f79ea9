import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { PublicKey } from './keys.ts';
import type { CallerOf } from './callers.ts';
import { type RestUpstream, restProxy } from './rest-proxy.ts';

export interface GatewayParts {
  callerOf: CallerOf;
  rest: RestUpstream;
  storage: Hono;
  publicKey: PublicKey;
}

/** `*` does not cover Authorization, so it is listed; what ranges, resumable uploads and counts need is exposed. */
const CORS: Record<string, string> = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers':
    '*, authorization, apikey, content-type, x-client-info, x-upsert, x-metadata, tus-resumable, upload-length, ' +
    'upload-offset, upload-metadata, x-supabase-api-version, prefer, range, if-range, if-none-match, cache-control',
  'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS',
  'access-control-expose-headers':
    'content-range, content-length, accept-ranges, etag, location, upload-offset, upload-length, tus-resumable',
};

/** The front door of a Supabase project: /rest/v1, /storage/v1 and the key set under /auth/v1. */
export const gateway = (parts: GatewayParts): Hono => {
  const app = new Hono();
  app.use('*', async (context, next) => {
    if (context.req.method === 'OPTIONS') return context.body(null, 204, CORS);
    await next();
    for (const [name, value] of Object.entries(CORS)) context.res.headers.set(name, value);
    return undefined;
  });
  app.all('/rest/v1/*', restProxy(parts.callerOf, parts.rest));
  app.route('/storage/v1', parts.storage);
  app.get('/auth/v1/health', (context) => context.json({ name: 'lectern-embedded' }));
  app.get('/auth/v1/.well-known/jwks.json', (context) =>
    context.json({ keys: [parts.publicKey] }, 200, { 'cache-control': 'public, max-age=600' }),
  );
  return app;
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

/** Serves on 127.0.0.1 only: on the preferred port when nobody has it, else on any. */
export const serveGateway = async (app: Hono, preferredPort = 0): Promise<{ port: number; close: () => Promise<void> }> => {
  const server = createServer();
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  server.on('request', (incoming, outgoing) => void answer(incoming, outgoing));
  server.requestTimeout = 0; // a long upload over a slow line is no fault
  const port = await listen(server, preferredPort).catch(() => listen(server, 0));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 1000).unref();
    });
  return { port, close };
};
