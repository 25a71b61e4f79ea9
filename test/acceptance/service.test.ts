import { createHash, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lectern, probe, scratchFolder } from '../support/command-line.ts';
import { drawingUnder, isThere } from '../support/processes.ts';
import { type Call, caller, readEvents, readFrames, type RunningService, stackOf, startProgram, startService, until } from '../support/service.ts';

const LESSON = '---\ntitle: Counting\nkeywords: [numbers]\n---\n\n## One\n\nThis is **one**. It is small.\n\n## Two\n\nThis is **two**.\n';
const BROKEN =
  '---\ntitle: Broken\n---\n\n## One\n\nThis is **one**.\n\n```manim\nfrom manim import *\nfrom lectern_render import LessonScene\n\nclass Section(LessonScene):\n' +
  "    def construct(self):\n        print('about to fail')\n        with self.beat(0):\n            raise ValueError('on purpose')\n```\n";
const ISO = /^\d{4}-\d\d-\d\dT/;

const data = scratchFolder();
const environment = { LECTERN_DATA: data.path, AUTH: 'supabase', LECTERN_LOG_LEVEL: 'info' };
let service: RunningService;
let stack: Awaited<ReturnType<typeof stackOf>>;
let ada: { token: string; call: Call };
let eve: { token: string; call: Call };
let asAda: SupabaseClient;
let asService: SupabaseClient;
let jobId: string;

const tokenOf = async (subject: string, ...words: string[]): Promise<string> =>
  (await lectern(['token', '--user', subject, ...words], environment)).stdout.trim();
const member = async (subject: string) => {
  const token = await tokenOf(subject);
  return { token, call: caller(service.url, token) };
};
const sha256 = (bytes: ArrayBuffer): string => createHash('sha256').update(new Uint8Array(bytes)).digest('hex');

beforeAll(async () => {
  service = await startService(environment);
  stack = await stackOf(environment);
  [ada, eve] = [await member('ada'), await member('eve')];
  const { SUPABASE_URL = '', SUPABASE_PUBLISHABLE_KEY = '', SUPABASE_SECRET_KEY = '' } = stack.values;
  const session = { persistSession: false, autoRefreshToken: false };
  asAda = createClient(SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, { auth: session, accessToken: async () => ada.token });
  asService = createClient(SUPABASE_URL, SUPABASE_SECRET_KEY, { auth: session });
});

afterAll(async () => {
  await stack?.leave();
  await service?.stop();
  data.remove();
});

describe('a lesson that is sent to the service', () => {
  test('becomes a film, and a stock client hears every step of it once, in order', async () => {
    const accepted = await ada.call('/v1/jobs', { body: { lesson: LESSON, quality: 'preview' }, headers: { 'idempotency-key': randomUUID() } });
    expect(accepted.status).toBe(202);
    jobId = ((await accepted.json()) as { job_id: string }).job_id;

    const events = await readEvents(`${service.url}/v1/jobs/${jobId}/events`, ada.token);
    const rows = (await asAda.from('job_events').select('sequence,type').eq('job_id', jobId).order('sequence')).data ?? [];
    expect(rows.map(({ sequence }) => sequence as number)).toEqual(rows.map((_, index) => index + 1));
    // Frames that newer ones have overtaken are left out for whoever comes late.
    const steps = ({ type }: { type: string }): boolean => type !== 'section.progress';
    expect(events.filter(steps).map(({ id, type }) => ({ sequence: id, type }))).toEqual(rows.filter((row) => steps(row as { type: string })));
    expect(events[0]?.type).toBe('job.started');
    expect(events.filter(({ type }) => type === 'section.finished')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'job.finished', data: { partial: false, film: `${service.url}/v1/videos/${jobId}/file` } });

    const job = (await (await ada.call(`/v1/jobs/${jobId}`)).json()) as Record<string, unknown>;
    expect(job).toMatchObject({ status: 'completed', current_stage: 4, progress_percentage: 100, local_video_url: null });
  });

  test('is played back by Range, byte for byte what was rendered', async () => {
    const film = (await (await ada.call(`/v1/videos/${jobId}`)).json()) as { files: { name: string; size_bytes: number; sha256: string }[] };
    const movie = film.files.find(({ name }) => name === 'film.mp4');
    const whole = await (await ada.call(`/v1/videos/${jobId}/file`)).arrayBuffer();
    expect([whole.byteLength, sha256(whole)]).toEqual([movie?.size_bytes, movie?.sha256]);

    const part = await ada.call(`/v1/videos/${jobId}/file`, { headers: { range: 'bytes=1000-1999' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 1000-1999/${whole.byteLength}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(Buffer.from(whole.slice(1000, 2000)));
    expect((await ada.call(`/v1/videos/${jobId}/file`, { headers: { range: `bytes=${whole.byteLength}-` } })).status).toBe(416);

    const path = join(data.path, 'film.mp4');
    writeFileSync(path, Buffer.from(whole));
    expect((await probe(path)).chapters.map(({ tags }) => tags.title)).toEqual(['One', 'Two']);
    expect(await (await ada.call(`/v1/videos/${jobId}/captions.vtt`)).text()).toMatch(/^WEBVTT[^]*This is two/);
    expect((await ada.call(`/v1/videos/${jobId}/poster`)).headers.get('content-type')).toBe('image/jpeg');
  });

  test('has rows that its owner reads with supabase-js, of progress that never went back', async () => {
    const film = await asAda.from('video_metadata').select('title,status,keywords,duration_seconds,cost_breakdown,completed_at').eq('job_id', jobId).single();
    expect(film.data).toMatchObject({ title: 'Counting', status: 'completed', keywords: ['numbers'], completed_at: expect.stringMatching(ISO) });
    expect(film.data?.cost_breakdown).toMatchObject({ total_micro_dollars: 0, calls: 2 });
    const sections = await asAda.from('sections').select('section_number,title,status,best_take').eq('job_id', jobId).order('section_number');
    expect(sections.data).toEqual([
      { section_number: 1, title: 'One', status: 'rendered', best_take: 1 },
      { section_number: 2, title: 'Two', status: 'rendered', best_take: 1 },
    ]);
    const spoken = await asService.from('cost_entries').select('phase,provider,micro_dollars,cached').eq('job_id', jobId);
    expect(spoken.data).toEqual(Array(2).fill({ phase: 'narrate', provider: 'espeak-ng', micro_dollars: 0, cached: false }));
    const objects = await asAda.storage.from('films').list(`${(await ownerId())}/${jobId}`);
    expect(objects.data?.map(({ name }) => name)).toEqual(expect.arrayContaining(['film.mp4', 'captions.vtt', 'poster.jpg', 'plan.json', 'report.json', 'section-1.py', 'section-2.py']));
  });

  const ownerId = async (): Promise<string> => (await asService.from('users').select('id').eq('subject', 'ada').single()).data?.id as string;

  test('is nothing that another user has', async () => {
    for (const path of [`/v1/jobs/${jobId}`, `/v1/jobs/${jobId}/events`, `/v1/videos/${jobId}`, `/v1/videos/${jobId}/file`]) {
      expect((await eve.call(path)).status, path).toBe(404);
    }
    expect((await eve.call(`/v1/videos/${jobId}/share`, { method: 'POST' })).status).toBe(404);
    expect((await eve.call(`/v1/videos/${jobId}`, { method: 'DELETE' })).status).toBe(404);
    expect(await (await eve.call('/v1/videos')).json()).toMatchObject({ items: [] });
    await expect(readEvents(`${service.url}/v1/jobs/${jobId}/events`, eve.token)).rejects.toThrow('refused');
  });

  test('is shared by a token, until another takes its place or none does', async () => {
    const stranger = caller(service.url);
    const share = async (): Promise<string> => ((await (await ada.call(`/v1/videos/${jobId}/share`, { method: 'POST' })).json()) as { token: string }).token;
    const first = await share();
    const shared = (await (await stranger(`/v1/shared/${first}`)).json()) as { title: string; video_url: string };
    expect(shared).toMatchObject({ title: 'Counting' });
    expect((await fetch(shared.video_url, { headers: { range: 'bytes=0-9' } })).status).toBe(206);

    const second = await share();
    expect((await stranger(`/v1/shared/${first}`)).status).toBe(404);
    expect((await fetch(shared.video_url)).status).toBe(404);
    expect((await stranger(`/v1/shared/${second}`)).status).toBe(200);
    expect((await ada.call(`/v1/videos/${jobId}/share`, { method: 'DELETE' })).status).toBe(204);
    expect((await stranger(`/v1/shared/${second}`)).status).toBe(404);
  });

  test('streams in the shape of the first API, its percentages never going back', async () => {
    const frames = await readFrames(await ada.call('/generate_video_api', { body: { lesson: LESSON.replace('Counting', 'Again'), quality: 'preview' } }));
    const percentages = frames.map((frame) => frame['progress_percentage'] as number);
    expect(percentages).toEqual([...percentages].sort((a, b) => a - b));
    expect(frames.at(-1)).toMatchObject({ status: 'completed', progress_percentage: 100, video_url: expect.stringContaining(service.url) });
  });

  test('keeps everything about a section that failed behind signed addresses', async () => {
    const frames = await readFrames(await ada.call('/generate_video_api', { body: { lesson: BROKEN, quality: 'preview' } }));
    const last = frames.at(-1) as { status: string; partial: boolean; job_id: string };
    expect(last).toMatchObject({ status: 'completed', partial: true });
    const [row] = (await asService.from('error_logs').select('code,phase,attempt,log_path,scene_code_path').eq('job_id', last.job_id)).data ?? [];
    expect(row).toMatchObject({ code: 'render_code', phase: 'render', attempt: 1 });
    const textOf = async (path: string): Promise<string> => {
      const signed = await asService.storage.from('error-logs').createSignedUrl(path, 60);
      return (await fetch(signed.data?.signedUrl ?? '')).text();
    };
    expect(JSON.parse(await textOf(row?.log_path as string))).toMatchObject({
      stdout: expect.stringContaining('about to fail'),
      stderr: expect.stringContaining('on purpose'),
      command: ['python', '-P', '-m', 'lectern_render.worker'],
    });
    expect(await textOf(row?.scene_code_path as string)).toContain("raise ValueError('on purpose')");
    expect((await asAda.storage.from('error-logs').list()).data).toEqual([]);
  });

  test('may not show files, since none stand beside it', async () => {
    const answer = await ada.call('/v1/jobs', { body: { lesson: '## One\n\nA **cat**.\n\n![A cat](cat.png)\n' } });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'asset_missing', detail: expect.stringContaining('cat.png') });
  });

  test('is cancelled when its owner says so: two seconds later nothing is drawn for it, and nothing is told any more', async () => {
    const long = `---\ntitle: Long\nvoice: silent\n---\n\n## One\n\n${'This is a **sentence** that takes a while to draw. '.repeat(3)}\n`;
    const accepted = (await (await ada.call('/v1/jobs', { body: { lesson: long, quality: 'final' } })).json()) as { job_id: string };
    const events = readEvents(`${service.url}/v1/jobs/${accepted.job_id}/events`, ada.token);
    const { pid = 0 } = service.process;
    const drawing = await until(async () => drawingUnder(pid).length > 0 && drawingUnder(pid));
    const gone = until(async () => !drawing.some(isThere), 2000);
    expect((await ada.call(`/v1/jobs/${accepted.job_id}/cancel`, { method: 'POST' })).status).toBe(202);
    await gone;
    const last = (await events).at(-1);
    expect(last?.type).toBe('job.cancelled');
    // Neither others in their place.
    expect(drawingUnder(pid)).toEqual([]);
    expect(await (await ada.call(`/v1/jobs/${accepted.job_id}`)).json()).toMatchObject({ status: 'failed', cancelled: true });
    expect((await ada.call(`/v1/jobs/${accepted.job_id}/cancel`, { method: 'POST' })).status).toBe(409);
    const told = (await asAda.from('job_events').select('sequence').eq('job_id', accepted.job_id).gt('sequence', last?.id ?? 0)).data;
    expect(told).toEqual([]);
  });
});

test('a lesson made on the command line is published beside the others', async () => {
  const file = join(data.path, 'beside.md');
  writeFileSync(file, LESSON.replace('Counting', 'Beside'));
  const made = await lectern(['lesson', file, '--publish', '--user', 'ada', '--quality', 'preview', '--out', join(data.path, 'out')], environment);
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toMatch(/out\/beside\.mp4[^]*Published: http/);
  const { items } = (await (await ada.call('/v1/videos?search=beside')).json()) as { items: { job_id: string; title: string; status: string }[] };
  expect(items).toMatchObject([{ title: 'Beside', status: 'completed' }]);
  expect((await ada.call(`/v1/videos/${items[0]?.job_id}/file`, { headers: { range: 'bytes=0-9' } })).status).toBe(206);
});

test('a film that could not be published waits here, whole, and is published later', async () => {
  const file = join(data.path, 'waiting.md');
  writeFileSync(file, LESSON.replace('Counting', 'Waiting'));
  const away = { ...environment, SUPABASE_URL: 'http://127.0.0.1:1', SUPABASE_SECRET_KEY: 'sb_secret_of_nobody' };
  const made = await lectern(['lesson', file, '--publish', '--user', 'ada', '--quality', 'preview', '--out', join(data.path, 'kept')], away);
  expect(made.code, made.stderr).toBe(0);
  expect((await probe(join(data.path, 'kept/waiting.mp4'))).chapters).toHaveLength(2);
  const job = /npm run publish -- ([\w-]+)/.exec(made.stderr)?.[1] ?? '';
  expect((await lectern(['publish'], environment)).stdout.trim()).toBe(job);

  const published = await lectern(['publish', job], environment);
  expect(published.code, published.stderr).toBe(0);
  expect(await (await ada.call(`/v1/videos/${job}`)).json()).toMatchObject({ title: 'Waiting', status: 'completed', local_video_url: null });
  expect((await ada.call(`/v1/videos/${job}/file`, { headers: { range: 'bytes=0-9' } })).status).toBe(206);
  expect(await lectern(['publish', job], environment)).toMatchObject({ code: 2, stderr: expect.stringContaining('waits here') });
});

test('tokens that are expired or forged let nobody in', async () => {
  const expired = caller(service.url, await tokenOf('ada', '--expires', '-60'));
  expect(await (await expired('/v1/videos')).json()).toMatchObject({ status: 401, code: 'token_expired' });
  const forged = caller(service.url, `${ada.token.slice(0, -8)}AAAAAAAA`);
  expect(await (await forged('/v1/videos')).json()).toMatchObject({ status: 401, code: 'token_refused' });
});

test('whoever runs it sees what it does as JSON lines with job and section, and no token', () => {
  const lines = service.stderr().trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toContainEqual(expect.objectContaining({ job: jobId, section: 2, phase: 'render', level: 'info' }));
  expect(service.stderr()).not.toContain(ada.token);
});

test('without accounts it says so, and does not listen where others could reach it', async () => {
  const other = scratchFolder();
  try {
    const alone = await startProgram(['serve'], { LECTERN_DATA: other.path, PORT: '0', AUTH: 'none', LECTERN_HOST: '127.0.0.1' });
    expect(alone.lines).toEqual([expect.stringMatching(/http:\/\/127\.0\.0\.1:\d+ .*AUTH=none.*everybody/)]);
    expect(await alone.stop()).toBe(0);
    const refused = await lectern(['serve'], { LECTERN_DATA: other.path, PORT: '0', AUTH: 'none', LECTERN_HOST: '0.0.0.0' });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/AUTH=none[^]*127\.0\.0\.1/);
  } finally {
    other.remove();
  }
});

test('told to stop, it lets a job end that is nearly done, and ends well', async () => {
  const accepted = (await (await ada.call('/v1/jobs', { body: { lesson: LESSON, quality: 'preview' } })).json()) as { job_id: string };
  expect(await service.stop()).toBe(0);
  const row = await asService.from('job_progress').select('status').eq('job_id', accepted.job_id).single();
  expect(row.data).toEqual({ status: 'completed' });
});
