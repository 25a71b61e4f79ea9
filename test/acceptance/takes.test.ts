import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClaudeServer, FIXTURES_FOLDER, startClaudeServer } from '../support/claude-server/claude-server.ts';
import { lectern, probe, scratchFolder } from '../support/command-line.ts';
import { type Call, caller, readEvents, type RunningService, startService, type TypedEvent } from '../support/service.ts';

const SLUG = 'supply-and-demand';
const BROKEN = '```python\nfrom manim import *\nfrom lectern_render import LessonScene\n\nclass Section(LessonScene):\n    def construct(self):\n        with self.beat(0):\n            raise ValueError("on purpose")\n```\n';
const { topic } = JSON.parse(readFileSync(join(FIXTURES_FOLDER, SLUG, 'topic.json'), 'utf8')) as { topic: string };

const data = scratchFolder();
let claude: ClaudeServer;
let service: RunningService;
let ada: { token: string; call: Call };
let eve: Call;

beforeAll(async () => {
  // The first scene is wrong, and so is what comes of mending it.
  const fault = { kind: 'reply', text: BROKEN } as const;
  claude = await startClaudeServer({ key: 'test-key', faults: [{ kind: 'scene', number: 1, fault }, { kind: 'scene-mend', number: 1, fault }] });
  const environment = { LECTERN_DATA: data.path, AUTH: 'supabase' };
  service = await startService({ ...environment, ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: claude.url });
  const tokenOf = async (user: string) => (await lectern(['token', '--user', user], environment)).stdout.trim();
  const token = await tokenOf('ada');
  ada = { token, call: caller(service.url, token) };
  eve = caller(service.url, await tokenOf('eve'));
});
afterAll(async () => {
  await service?.stop();
  await claude?.close();
  data.remove();
});

interface Section {
  section: number;
  outcome: string;
  take: number;
  chosen: boolean;
  takes: { take: number; outcome: string; faults: number; scene_code: string; duration_seconds: number }[];
}
interface Film {
  partial: boolean;
  duration_seconds: number;
  files: { name: string; sha256: string }[];
  cost_breakdown: { total_micro_dollars: number };
}
const read = async <Body>(path: string): Promise<Body> => (await ada.call(path)).json() as Promise<Body>;
const sha256 = (bytes: ArrayBuffer): string => createHash('sha256').update(new Uint8Array(bytes)).digest('hex');
const shown = async (id: string): Promise<Buffer> => {
  const answer = await ada.call(`/v1/videos/${id}/file`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
};
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const movieOf = ({ files }: Film) => files.find(({ name }) => name.endsWith('.mp4'));
const follow = async (answer: Response): Promise<TypedEvent[]> => {
  expect(answer.status).toBe(202);
  const { events_url: url } = (await answer.json()) as { events_url: string };
  return readEvents(url, ada.token);
};
const ended = (events: TypedEvent[]): TypedEvent | undefined => events.at(-1);

describe('a film of which a section failed', () => {
  let id: string;
  let failed: Section;
  let first: Film;
  const sections = async (): Promise<Section[]> => (await read<{ items: Section[] }>(`/v1/videos/${id}/sections`)).items;
  const sectionNow = async (): Promise<Section> => (await sections())[failed.section - 1] as Section;
  const restitch = () => ada.call(`/v1/videos/${id}/restitch`, { method: 'POST' });

  beforeAll(async () => {
    const accepted = await ada.call('/v1/jobs', { body: { topic, quality: 'preview' } });
    id = ((await accepted.clone().json()) as { job_id: string }).job_id;
    expect(ended(await follow(accepted))).toMatchObject({ type: 'job.finished', data: { partial: true } });
    first = await read<Film>(`/v1/videos/${id}`);
    failed = (await sections()).find(({ outcome }) => outcome === 'card') as Section;
  });

  test('lists every take of every section to its owner alone', async () => {
    const all = await sections();
    expect(all.map(({ outcome }) => outcome).sort()).toEqual(['card', ...all.slice(1).map(() => 'rendered')]);
    expect(failed.takes.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'card']);
    expect(failed.takes[0]?.scene_code).toContain('on purpose');
    expect(failed.take).toBe(3);
    const others = [
      eve(`/v1/videos/${id}/sections`),
      eve(`/v1/videos/${id}/restitch`, { method: 'POST' }),
      eve(`/v1/videos/${id}/sections/1/retry`, { method: 'POST' }),
      eve(`/v1/videos/${id}/sections/1`, { method: 'PATCH', body: { take: 1 } }),
    ];
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });

  test('has that section alone made once more, and is shown as it was meanwhile', async () => {
    const before = claude.served.length;
    const events = await follow(await ada.call(`/v1/videos/${id}/sections/${failed.section}/retry`, { method: 'POST' }));
    expect(ended(events)).toMatchObject({ type: 'job.finished', data: { section: failed.section } });
    const drawn = events.filter(({ type }) => type === 'section.finished');
    expect(drawn).toMatchObject([{ data: { section: failed.section, outcome: 'rendered', cached: false } }]);
    expect(claude.served.slice(before).map(({ kind, section }) => [kind, section])).toEqual([['scene', failed.section]]);
    expect(await sectionNow()).toMatchObject({ outcome: 'rendered', take: 4, chosen: false });

    expect(await read<Film>(`/v1/videos/${id}`)).toMatchObject({ partial: true, files: first.files });
    const { items } = await read<{ items: unknown[] }>('/v1/videos');
    expect(items).toHaveLength(1);
  });

  test('is joined anew once, however often it is asked for at once, and the old film is shown until the new one is whole', async () => {
    const old = hashOf(await shown(id));
    const answers = await Promise.all([restitch(), restitch(), restitch()]);
    const runs = await Promise.all(answers.map(async (answer) => ((await answer.clone().json()) as { job_id: string }).job_id));
    expect(new Set(runs).size).toBe(1);
    const isOver = new AbortController();
    const running = follow(answers[0]).finally(() => isOver.abort());
    const seen: string[] = [];
    while (!isOver.signal.aborted) seen.push(hashOf(await shown(id)));
    const events = await running;
    expect(ended(events)).toMatchObject({ type: 'job.finished', data: { partial: false } });
    // Nothing of it was spoken or drawn again.
    expect(events.filter(({ type }) => type === 'section.finished').every((event) => event.data['cached'])).toBe(true);

    const film = await read<Film>(`/v1/videos/${id}`);
    const movie = await shown(id);
    expect(hashOf(movie)).toBe(movieOf(film)?.sha256);
    expect(seen[0]).toBe(old);
    expect(new Set(seen).size).toBeLessThanOrEqual(2);
    expect([old, hashOf(movie)]).toEqual(expect.arrayContaining([...new Set(seen)]));
    expect(hashOf(movie)).not.toBe(old);
    expect(film.partial).toBe(false);
    const path = join(data.path, `${randomUUID()}.mp4`);
    writeFileSync(path, movie);
    const { format, chapters } = await probe(path);
    expect(chapters).toHaveLength((await sections()).length);
    expect(Number(format.duration)).toBeCloseTo(film.duration_seconds, 0);
    expect(film.duration_seconds).toBeCloseTo(first.duration_seconds, 3);
    expect((await (await ada.call(`/v1/videos/${id}/captions.vtt`)).text()).startsWith('WEBVTT')).toBe(true);
    expect(sha256(await (await ada.call(`/v1/videos/${id}/poster`)).arrayBuffer())).toBe(film.files.find(({ name }) => name.endsWith('.jpg'))?.sha256);
  });

  test('shows the take that is chosen, and has cost what was asked for it and for its parts', async () => {
    const choose = (take: number | null) => ada.call(`/v1/videos/${id}/sections/${failed.section}`, { method: 'PATCH', body: { take } });
    expect((await choose(1)).status).toBe(409);
    expect((await choose(9)).status).toBe(404);
    expect(await (await choose(3)).json()).toMatchObject({ take: 3, chosen: true, outcome: 'card' });
    expect(ended(await follow(await restitch()))).toMatchObject({ data: { partial: true } });
    expect(await read<Film>(`/v1/videos/${id}`)).toMatchObject({ partial: true });
    expect(await (await choose(null)).json()).toMatchObject({ take: 4, chosen: false });
    const film = await read<Film>(`/v1/videos/${id}`);
    expect(film.cost_breakdown.total_micro_dollars).toBeGreaterThan(first.cost_breakdown.total_micro_dollars);
  });

  test('takes scene code of its owner for a section, and tells what is wrong with it', async () => {
    const retry = (body: object) => ada.call(`/v1/videos/${id}/sections/${failed.section}/retry`, { body });
    const events = await follow(await retry({ scene_code: BROKEN.replaceAll('```', '#') }));
    expect(ended(events)).toMatchObject({ type: 'job.failed', data: { faults: [{ code: 'render_code', line: 8 }] } });
    // What could be drawn stays.
    expect(await sectionNow()).toMatchObject({ outcome: 'rendered', take: 4 });
    const own = (await sectionNow()).takes.find(({ take }) => take === 4)?.scene_code ?? '';
    expect(ended(await follow(await retry({ scene_code: `# mine\n${own}` })))?.type).toBe('job.finished');
    const section = await sectionNow();
    expect(section.takes.at(-1)?.scene_code).toContain('# mine');
  });

  test('cannot be worked on where it is not there', async () => {
    expect((await ada.call(`/v1/videos/${id}/sections/40/retry`, { method: 'POST' })).status).toBe(404);
    expect((await ada.call(`/v1/videos/${randomUUID()}/restitch`, { method: 'POST' })).status).toBe(404);
  });
});
