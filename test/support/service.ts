import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { EventSource } from 'eventsource';

const checkout = new URL('../..', import.meta.url).pathname;

export interface Program {
  process: ChildProcess;
  /** The lines that it printed before it was up. */
  lines: string[];
  stderr: () => string;
  /** How it ended. */
  ended: Promise<number | null>;
  stop: () => Promise<number | null>;
  kill: () => Promise<number | null>;
}

/** Starts a command that stays, and waits for so many lines of its standard output. */
export const startProgram = (words: string[], environment: Record<string, string>, lineCount = 1): Promise<Program> =>
  startScript(['functions/cli.ts', ...words], environment, lineCount);

/** The same of any script, which its words begin with. */
export async function startScript(words: string[], environment: Record<string, string>, lineCount = 1): Promise<Program> {
  const child = spawn(process.execPath, words, {
    cwd: checkout,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines: string[] = [];
  const isUp = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (lines.push(line) >= lineCount) resolve();
    });
  });
  await Promise.race([isUp, ended.then((code) => Promise.reject(new Error(`ended with ${code} before it was up: ${stderr}`)))]);
  const end = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  return { process: child, lines, ended, stderr: () => stderr, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

export interface RunningService extends Program {
  url: string;
}

/** `lectern serve` on a port that is free. */
export async function startService(environment: Record<string, string>): Promise<RunningService> {
  const program = await startProgram(['serve'], { PORT: '0', ...environment });
  const url = /http:\/\/\S+/.exec(program.lines[0] ?? '')?.[0];
  if (url === undefined) throw new Error(`no address in: ${program.lines[0]}`);
  return { ...program, url };
}

/** How the embedded store of a data folder is reached: what `lectern stack` says, which joins the one that runs. */
export async function stackOf(environment: Record<string, string>): Promise<{ values: Record<string, string>; leave: () => Promise<unknown> }> {
  const program = await startProgram(['stack'], environment, 4);
  const values = Object.fromEntries(program.lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  return { values, leave: program.stop };
}

export type Call = (path: string, options?: { method?: string; body?: unknown; headers?: Record<string, string> }) => Promise<Response>;

/** Requests with a token, and JSON where there is a body. */
export const caller =
  (url: string, token?: string): Call =>
  (path, { method, body, headers = {} } = {}) =>
    fetch(`${url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

export interface TypedEvent {
  id: number;
  type: string;
  data: Record<string, unknown>;
}

const EVENT_TYPES = [
  'job.started', 'plan.ready', 'phase.started', 'phase.finished', 'section.progress', 'section.failed', 'section.finished', 'section.ready', 'warning',
  'job.finished', 'job.failed', 'job.cancelled',
];
const LAST = new Set(['job.finished', 'job.failed', 'job.cancelled']);

/** Every event of a job until its last, each told as it comes, read by a stock client that reconnects by itself. */
export function readEvents(url: string, token: string | undefined, hear: (event: TypedEvent) => void = () => {}): Promise<TypedEvent[]> {
  const events: TypedEvent[] = [];
  const source = new EventSource(url, {
    fetch: (address, init) => fetch(address, { ...init, headers: { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) } }),
  });
  return new Promise((resolve, reject) => {
    for (const type of EVENT_TYPES) {
      source.addEventListener(type, ({ data, lastEventId }) => {
        const event = { id: Number(lastEventId), type, data: JSON.parse(data as string) as Record<string, unknown> };
        events.push(event);
        hear(event);
        if (!LAST.has(type)) return;
        source.close();
        resolve(events);
      });
    }
    // 0 connecting, 2 closed: a client that is refused gives up, one whose connection is lost comes back.
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) reject(new Error('the stream was refused'));
    });
  });
}

/** The frames of a stream in the first API's shape. */
export async function readFrames(response: Response): Promise<Record<string, unknown>[]> {
  const text = await response.text();
  return text.split('\n').filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)) as Record<string, unknown>);
}

/** Waits for a condition; fails after the patience given. */
export async function until<T>(find: () => Promise<T | undefined | false>, patienceMs = 60_000): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const found = await find();
    if (found) return found;
    if (performance.now() > end) throw new Error('waited in vain');
    await delay(100);
  }
}

/** Process ids of the servers of a data folder's store. */
export const serversOf = (dataFolder: string): Record<'postgres' | 'postgrest', { pid: number }> =>
  JSON.parse(readFileSync(`${dataFolder}/store/stack.json`, 'utf8')) as Record<'postgres' | 'postgrest', { pid: number }>;
