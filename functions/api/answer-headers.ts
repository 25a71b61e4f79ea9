import type { MiddlewareHandler } from 'hono';
import { alreadySent } from './already-sent.ts';
import type { ApiContext, Environment } from './environment.ts';

const PREFLIGHT_SECONDS = '600';

/**
 * What every answer carries besides its own headers. Written by hand where hono/cors would do, because that one copies the
 * answer, and a copy of one that has been sent already is not recognised: the server would answer a second time, into the stream.
 */
export function everyAnswer(context: ApiContext, origins: readonly string[]): Record<string, string> {
  const origin = context.req.header('origin');
  const common = { 'x-content-type-options': 'nosniff' };
  if (origins.length === 0) return common;
  if (origin === undefined || !origins.includes(origin)) return { ...common, vary: 'Origin' };
  return {
    ...common,
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'ETag, Content-Range, Location, Retry-After',
  };
}

/** Lets web pages of the given origins call, with tokens in headers; cookies are never looked at. */
export const answerHeaders =
  (origins: readonly string[]): MiddlewareHandler<Environment> =>
  async (context, next) => {
    const headers = everyAnswer(context, origins);
    if (headers['access-control-allow-origin'] !== undefined && isPreflight(context)) {
      return context.body(null, 204, {
        ...headers,
        'access-control-allow-methods': 'GET, HEAD, POST, PATCH, DELETE',
        'access-control-allow-headers': 'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Range',
        'access-control-max-age': PREFLIGHT_SECONDS,
      });
    }
    await next();
    if (context.res === alreadySent) return;
    for (const [name, value] of Object.entries(headers)) context.header(name, value, { append: name === 'vary' });
  };

const isPreflight = (context: ApiContext): boolean =>
  context.req.method === 'OPTIONS' && context.req.header('access-control-request-method') !== undefined;
