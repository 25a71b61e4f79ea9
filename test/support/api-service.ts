import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { createClient } from '@supabase/supabase-js';
import { createApp, type ApiParts } from '../../functions/api/app.ts';
import { storedFilms } from '../../functions/api/film-reader.ts';
import type { AcceptedRequest } from '../../shared/contract/request.ts';
import { supabaseAuth } from '../../functions/auth/supabase.ts';
import { systemClock } from '../../functions/clock/system.ts';
import { filmEstimator } from '../../functions/estimates/estimator.ts';
import { lessonPlanner } from '../../functions/lesson/planner.ts';
import { folderLiveFilms } from '../../functions/live/folder.ts';
import type { LiveFilms } from '../../functions/live/port.ts';
import { eventHub } from '../../functions/progress/follow.ts';
import { SilentSpeech } from '../../functions/speech/silent/silent-speech.ts';
import type { Stack } from '../../functions/store/embedded/stack.ts';
import { supabaseStore } from '../../functions/store/supabase/store.ts';
import type { Store } from '../../functions/store/port.ts';
import { dataFolder, startTestStack, unique } from './supabase.ts';

export const LESSON = '# Counting\n\n## One\n\nThis is **one**.\n';

export interface TestUser {
  id: string;
  subject: string;
  token: string;
}
export interface ApiService {
  url: string;
  stack: Stack;
  store: Store;
  /** Films that are watched while they are made; those that run nowhere are put there by the test. */
  live: LiveFilms;
  /** What the runner was told to do; it does nothing by itself. */
  started: { jobId: string; userId: string; request: AcceptedRequest }[];
  cancelled: string[];
  logged: unknown[];
  user: () => Promise<TestUser>;
  /** A request with a token and, where there is a body, with JSON. */
  call: (path: string, options?: CallOptions) => Promise<Response>;
  close: () => Promise<void>;
}
export interface CallOptions {
  method?: string;
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A runner that accepts lessons as the real one does, and topics by their words, and leaves their events to the test. */
const idleRunner = (started: ApiService['started'], cancelled: string[]): ApiParts['jobs'] => ({
  async check({ lesson, topic, language = 'en' }) {
    if (lesson === undefined) return { title: topic, language };
    const { outline } = await lessonPlanner(Buffer.from(lesson), 'lesson.md', {}).start(new AbortController().signal);
    return { title: outline.title, language: outline.language };
  },
  start: async (jobId, userId, request) => void started.push({ jobId, userId, request }),
  cancel: async (jobId) => void cancelled.push(jobId),
});

/** The estimates of lessons that silence narrates. */
const estimateOf = filmEstimator({
  history: async () => undefined,
  speech: new SilentSpeech(),
  lessonPlanner: ({ lesson }) => lessonPlanner(Buffer.from(lesson), 'lesson.md', {}),
});

async function ownStack() {
  const folder = dataFolder();
  const stack = await startTestStack(folder.path);
  return { stack, live: folderLiveFilms(join(folder.path, 'live')), leave: () => stack.stop().finally(folder.remove) };
}

/** The API over HTTP on a stack of its own, or on that of another service: real rows, files, tokens and notifications; only films are not made. */
export async function openApiService(changes: Partial<ApiParts> = {}, beside?: ApiService): Promise<ApiService> {
  const { stack, live, leave } = beside ? { ...beside, leave: async () => undefined } : await ownStack();
  const client = createClient(stack.url, stack.secretKey, { auth: { persistSession: false, autoRefreshToken: false } });
  const store = supabaseStore({ client, url: stack.url, secretKey: stack.secretKey });
  const started: ApiService['started'] = [];
  const cancelled: string[] = [];
  const logged: unknown[] = [];
  const closing = new AbortController();
  const hub = eventHub({
    after: (jobId, sequence) => store.events.after(jobId, sequence),
    databaseUrl: () => stack.databaseUrl,
    onTrouble: (_, error) => logged.push(error),
  });
  const parts: ApiParts = {
    store,
    auth: supabaseAuth({ keys: stack.publicKeys, issuer: stack.issuer }),
    events: hub,
    jobs: idleRunner(started, cancelled),
    files: storedFilms(store.files, fetch),
    live,
    clock: systemClock,
    timer: { every: intervalTimer },
    log: { error: (details) => void logged.push(details) },
    limits: {},
    rateLimits: { jobs: { limit: 1000, windowSeconds: 60 }, requests: { limit: 10_000, windowSeconds: 60 } },
    publicUrl: 'http://lectern.test',
    origins: [],
    topics: false,
    estimate: estimateOf,
    flavors: ['default'],
    version: '0.0.0',
    closing: closing.signal,
    isReady: async () => true,
    ...changes,
  };
  const server = createAdaptorServer({ fetch: createApp(parts).fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    stack,
    store,
    live,
    started,
    cancelled,
    logged,
    async user() {
      const subject = unique('user');
      return { subject, id: await store.users.ensure(subject), token: await stack.signToken({ subject }) };
    },
    call: (path, options = {}) => fetch(`${url}${path}`, requestOf(options)),
    async close() {
      closing.abort();
      server.close();
      await hub.close();
      await leave();
    },
  };
}

function intervalTimer(milliseconds: number, run: () => void): () => void {
  const interval = setInterval(run, milliseconds).unref();
  return () => clearInterval(interval);
}

function requestOf({ method, token, body, headers = {} }: CallOptions): RequestInit {
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  };
}
