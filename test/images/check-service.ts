import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { BuildState } from './build.ts';
import { type Root, runIn } from './root.ts';

const composeSchema = z.object({
  services: z.record(z.string(), z.object({ command: z.array(z.string()).default([]), healthcheck: z.object({ test: z.array(z.string()).optional() }).optional() })),
});

const PORT = 18_080;
const ADDRESS = `http://127.0.0.1:${PORT}`;
const START_MILLISECONDS = 120_000;
const FILM_MILLISECONDS = 180_000;
const POLL_MILLISECONDS = 500;
const AS_ITS_USER = ['setpriv', '--reuid=10001', '--regid=10001', '--clear-groups'];
const LESSON = '---\ntitle: A stack on one host\n---\n\n## One section\n\nThis film was **made** by the service image.\n\n```math\na^2 + b^2 = c^2\n```\n';

/**
 * Runs the three services of compose.yaml with what stands in the root, as the image's user, with one network and one table
 * of processes between them, and has a film made. Answers a line about it.
 */
export async function checkService(root: Root, { environment, folder }: BuildState): Promise<string> {
  const stopping = new AbortController();
  let said = '';
  const running = runIn(root, {
    argv: [...AS_ITS_USER, 'bash', '-c', await startLines()],
    environment: { ...environment, LECTERN_HOST: '127.0.0.1', PORT: String(PORT), AUTH: 'supabase' },
    folder,
    onOutput: (text) => (said += text),
    signal: stopping.signal,
  }).catch(() => undefined);
  try {
    await until(START_MILLISECONDS, async () => said.includes('takes jobs') && (await fetch(`${ADDRESS}/healthz`)).ok);
    const { output } = await runIn(root, { argv: [...AS_ITS_USER, 'npm', 'run', '--silent', 'token', '--', '--user', 'ada'], environment, folder });
    return `store, api and worker of the service image answer /healthz, and made ${await makeFilm(output.trim())}`;
  } catch (error) {
    throw new Error(`${String(error)}\n${said.slice(-6000)}`, { cause: error });
  } finally {
    stopping.abort();
    await running;
  }
}

/** The commands of compose.yaml after the image's entry point; api and worker once the store is healthy, as it is told there. */
async function startLines(): Promise<string> {
  const { services } = composeSchema.parse(parse(await readFile('compose.yaml', 'utf8'), { merge: true }));
  const start = (name: string): string => `node functions/cli.ts ${services[name]?.command.join(' ')} &`;
  const [, healthy = 'false'] = services['store']?.healthcheck?.test ?? [];
  return [start('store'), `until ${healthy.replaceAll('$$', '$')}; do sleep 0.3; done`, start('api'), start('worker'), 'wait'].join('\n');
}

async function makeFilm(token: string): Promise<string> {
  const call = async (path: string, body?: unknown): Promise<Response> => {
    const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${ADDRESS}${path}`, { ...request, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
    return answer;
  };
  const { job_id: jobId } = z.object({ job_id: z.string() }).parse(await (await call('/v1/jobs', { lesson: LESSON, quality: 'preview' })).json());
  const read = async () => z.object({ status: z.string(), partial: z.boolean() }).parse(await (await call(`/v1/jobs/${jobId}`)).json());
  await until(FILM_MILLISECONDS, async () => (await read()).status !== 'processing');
  const { status, partial } = await read();
  if (status !== 'completed' || partial) throw new Error(`The film is ${status}${partial ? ', and partial' : ''}.`);
  const bytes = (await (await call(`/v1/videos/${jobId}/file`)).arrayBuffer()).byteLength;
  return `a film of ${bytes} bytes`;
}

async function until(milliseconds: number, isSo: () => Promise<boolean>): Promise<void> {
  const ends = performance.now() + milliseconds;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > ends) throw new Error(`It did not come to that within ${milliseconds / 1000} s.`);
    await delay(POLL_MILLISECONDS);
  }
}
