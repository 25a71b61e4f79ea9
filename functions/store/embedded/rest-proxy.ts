import type { Context } from 'hono';
import type { CallerOf } from './callers.ts';

export interface RestUpstream {
  url: () => string;
  /** Called when PostgREST could not be reached or broke off. */
  onLost: () => void;
}

const PREFIX = '/rest/v1';
const NOT_FORWARDED = ['host', 'apikey', 'connection', 'keep-alive', 'transfer-encoding', 'authorization', 'expect'];
const NOT_RETURNED = ['transfer-encoding', 'connection', 'keep-alive'];

const forwardedHeaders = (context: Context, token: string): Headers => {
  // content-length stays, so that a body too large is refused before it is read
  const headers = new Headers(context.req.raw.headers);
  for (const name of NOT_FORWARDED) headers.delete(name);
  headers.set('authorization', `Bearer ${token}`);
  return headers;
};

const returnedHeaders = (upstream: Response): Headers => {
  const headers = new Headers(upstream.headers);
  for (const name of NOT_RETURNED) headers.delete(name);
  if (headers.has('content-encoding')) {
    // fetch has decoded the body
    headers.delete('content-encoding');
    headers.delete('content-length');
  }
  return headers;
};

/** Forwards a request to PostgREST in the caller's role. */
export const restProxy = (callerOf: CallerOf, upstream: RestUpstream) => async (context: Context): Promise<Response> => {
  const caller = callerOf(context);
  if (caller.kind !== 'token') {
    const message = caller.kind === 'wrong-key' ? 'Invalid API key' : 'No API key found in request';
    return context.json({ message }, 401);
  }
  if (context.req.header('apikey') === undefined && context.req.query('apikey') === undefined) {
    return context.json({ message: 'No API key found in request' }, 401);
  }
  const url = new URL(context.req.url);
  url.searchParams.delete('apikey');
  const hasBody = !['GET', 'HEAD'].includes(context.req.method);
  try {
    const answer = await fetch(`${upstream.url()}${url.pathname.slice(PREFIX.length)}${url.search}`, {
      method: context.req.method,
      headers: forwardedHeaders(context, caller.token),
      body: hasBody ? context.req.raw.body : null,
      duplex: 'half',
      redirect: 'manual',
      signal: context.req.raw.signal,
    });
    return new Response(answer.body, { status: answer.status, headers: returnedHeaders(answer) });
  } catch (error) {
    if (context.req.raw.signal.aborted) throw error;
    upstream.onLost();
    return context.json({ code: 'PGRST000', message: 'The database is being started again', details: null, hint: null }, 503, {
      'retry-after': '1',
    });
  }
};
