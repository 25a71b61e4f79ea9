import { createHash } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { lectern, scratchFolder } from '../support/command-line.ts';
import { type Call, caller, readEvents, type RunningService, serversOf, startProgram, startService, until } from '../support/service.ts';

const lesson = (title: string): string => `---\ntitle: ${title}\n---\n\n## One\n\nThis is **${title}**. It is small.\n\n## Two\n\nThis is **more** of ${title}.\n`;

interface Film {
  job_id: string;
  title: string;
  status: string;
  local_video_url: string | null;
  files: { name: string; size_bytes: number; sha256: string }[];
}

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Jobs that were answered with 202, whatever was killed meanwhile. */
interface Promised {
  jobs: Map<string, string>;
  refused: number;
}

/** `fetch failed`, or a body that broke off (`terminated`). */
const isConnectionFault = (error: TypeError): boolean => /fetch failed|terminated/.test(error.message);

/** Sends lessons without a pause. A job is promised with its 202; a request that broke off is sent again under its key. */
function startSending(callOf: () => Call, promised: Promised) {
  const state = { going: true };
  const sendOne = async (title: string): Promise<void> => {
    while (state.going) {
      try {
        const answer = await callOf()('/v1/jobs', { body: { lesson: lesson(title), quality: 'preview' }, headers: { 'idempotency-key': title.replace(' ', '-') } });
        if (answer.status === 202) return void promised.jobs.set(((await answer.json()) as { job_id: string }).job_id, title);
        const told = await answer.text();
        // The cap on running jobs is no fault, and an outage is what this is about; anything else is.
        if (answer.status !== 429 && answer.status !== 503) throw new TypeError(`${answer.status} ${told}`);
        if (answer.status === 503) promised.refused += 1;
      } catch (error) {
        if (error instanceof TypeError && !isConnectionFault(error)) throw error;
        promised.refused += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const send = async (): Promise<void> => {
    for (let number = 1; state.going; number += 1) await sendOne(`Film ${number}`);
  };
  const sending = send();
  // Told when it is stopped.
  sending.catch(() => (state.going = false));
  return {
    async stop() {
      state.going = false;
      await sending;
    },
  };
}

/** How many films there are; undefined while nobody can say. */
const finishedCount = async (call: Call): Promise<number | undefined> => {
  const answer = await call('/v1/videos?limit=100').catch(() => undefined);
  if (answer?.status !== 200) return undefined;
  const { items } = (await answer.json()) as { items: Film[] };
  return items.filter(({ status }) => status === 'completed').length;
};

test('kill -9 of Postgres, PostgREST and the service in turn under load: every promised job becomes a film, and no film is lost', async () => {
  const data = scratchFolder();
  closers.push(data.remove);
  const environment = { LECTERN_DATA: data.path, AUTH: 'none', LECTERN_RUNNING_JOBS: '3', LECTERN_JOBS_AN_HOUR: '100000', LECTERN_REQUESTS_A_MINUTE: '100000' };
  let service: RunningService = await startService(environment);
  closers.push(() => service.stop());
  let call = caller(service.url);
  const promised: Promised = { jobs: new Map(), refused: 0 };
  const sending = startSending(() => call, promised);
  const more = async (count: number): Promise<void> => {
    const { before } = await until(async () => {
      const now = await finishedCount(call);
      return now !== undefined && { before: now };
    });
    await until(async () => ((await finishedCount(call)) ?? 0) >= before + count, 240_000);
  };

  await more(1);
  for (const name of ['postgres', 'postgrest', 'postgres'] as const) {
    process.kill(serversOf(data.path)[name].pid, 'SIGKILL');
    await more(1);
  }
  const heldBefore = promised.jobs.size;
  await service.kill();
  service = await startService(environment);
  call = caller(service.url);
  // The jobs that the first process has left fill the cap: once one of them is done, new ones are promised again.
  await until(async () => promised.jobs.size > heldBefore, 120_000);
  await sending.stop();
  expect(promised.refused).toBeGreaterThan(0);

  for (const [jobId, title] of promised.jobs) {
    const events = await readEvents(`${service.url}/v1/jobs/${jobId}/events`, undefined);
    const ids = events.map(({ id }) => id);
    expect(ids, title).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(events.at(-1)?.type, title).toBe('job.finished');
    const film = (await (await call(`/v1/videos/${jobId}`)).json()) as Film;
    expect(film, title).toMatchObject({ title, status: 'completed', local_video_url: null });
    const movie = film.files.find(({ name }) => name === 'film.mp4');
    const bytes = new Uint8Array(await (await call(`/v1/videos/${jobId}/file`)).arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex'), title).toBe(movie?.sha256);
  }
  console.log(`${promised.jobs.size} jobs promised and made, ${promised.refused} requests broken off`);
});

test('told to stop in the middle of a job, it leaves the job to the next start, which goes on with it', async () => {
  const data = scratchFolder();
  closers.push(data.remove);
  const environment = { LECTERN_DATA: data.path, AUTH: 'none', LECTERN_DRAIN_SECONDS: '1' };
  const first = await startService(environment);
  const long = [1, 2, 3].map((part) => `## Part ${part}\n\n${'This is a **sentence** that takes a while to say. '.repeat(10)}\n`).join('\n');
  const accepted = await caller(first.url)('/v1/jobs', { body: { lesson: long, quality: 'preview' } });
  const { job_id: jobId } = (await accepted.json()) as { job_id: string };
  expect(await first.stop()).toBe(0);

  const second = await startService(environment);
  closers.push(second.stop);
  const events = await readEvents(`${second.url}/v1/jobs/${jobId}/events`, undefined);
  expect(events.filter(({ type }) => type === 'job.started')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ type: 'job.finished', data: { partial: false } });
});

/** A way to the store that can be closed to some paths. */
async function openWay(target: string): Promise<{ server: Server; url: string; close: (isClosedTo: (path: string) => boolean) => void }> {
  let isClosedTo: (path: string) => boolean = () => false;
  const server = createServer((incoming, outgoing) => {
    if (isClosedTo(incoming.url ?? '')) {
      incoming.resume();
      outgoing.writeHead(503).end('{"message":"closed"}');
      return;
    }
    const headers = { ...incoming.headers, host: new URL(target).host };
    const passed = request(`${target}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, url, close: (next) => (isClosedTo = next) };
}

test('a Storage that is down costs no film: it is played from here, and is published once Storage is back', async () => {
  const data = scratchFolder();
  closers.push(data.remove);
  const stack = await startProgram(['stack'], { LECTERN_DATA: data.path }, 4);
  closers.push(stack.stop);
  const values = Object.fromEntries(stack.lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const way = await openWay(values['SUPABASE_URL'] ?? '');
  closers.push(() => way.server.close());
  const environment = { LECTERN_DATA: data.path, AUTH: 'none', ...values, SUPABASE_URL: way.url };
  const service = await startService(environment);
  closers.push(service.stop);
  const call = caller(service.url);

  way.close((path) => path.startsWith('/storage/'));
  const { job_id: jobId } = (await (await call('/v1/jobs', { body: { lesson: lesson('Kept'), quality: 'preview' } })).json()) as { job_id: string };
  const events = await readEvents(`${service.url}/v1/jobs/${jobId}/events`, undefined);
  expect(events.filter(({ type }) => type === 'warning').map(({ data: told }) => told['code'])).toEqual(['not_published']);
  expect(events.at(-1)).toMatchObject({ type: 'job.finished', data: { local: true } });
  const filmUrl = `${service.url}/v1/videos/${jobId}/file`;
  expect(await (await call(`/v1/jobs/${jobId}`)).json()).toMatchObject({ status: 'completed', local_video_url: filmUrl });
  const kept = Buffer.from(await (await fetch(filmUrl)).arrayBuffer());
  expect(kept.subarray(4, 8).toString()).toBe('ftyp');
  const part = await fetch(filmUrl, { headers: { range: 'bytes=4-7' } });
  expect([part.status, await part.text()]).toEqual([206, 'ftyp']);

  way.close(() => false);
  const published = await lectern(['publish', jobId], environment);
  expect(published.code, published.stderr).toBe(0);
  expect(await (await call(`/v1/videos/${jobId}`)).json()).toMatchObject({ status: 'completed', local_video_url: null });
  expect(Buffer.from(await (await fetch(filmUrl)).arrayBuffer())).toEqual(kept);
});
