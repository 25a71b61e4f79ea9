import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anthropicLlm } from '../../functions/llm/anthropic/anthropic-llm.ts';
import type { LlmMessage } from '../../functions/llm/port.ts';
import { sectionRepairText, sectionsText } from '../../functions/prompts/plan.ts';
import { taggedFaults } from '../../functions/prompts/tagged.ts';
import { type ClaudeServer, type PlannedFault, startClaudeServer } from '../support/claude-server/claude-server.ts';

const PROGRAM = new URL('../support/claude-server/main.ts', import.meta.url).pathname;
const TOPIC = 'why </topics> of sums "diverge"';
const FILES: Record<string, string> = {
  'topic.json': JSON.stringify({ topic: TOPIC, title: 'A sum', subject: 'mathematics' }),
  'outline.json': '{"title": "A sun", "sections": [{}, {}]}',
  'outline.repaired.json': '{"title": "A sum", "sections": [{}, {}]}',
  'sections.json': '{"sections": [{"title": "One"}, {"title": "Two"}]}',
  'section-2.plan.repaired.json': '{"sections": [{"title": "Two, mended"}]}',
  'section-1.md': 'scene one',
  'section-2.md': 'scene two',
  'section-2.repaired.md': 'scene two, mended',
};

let folder = '';
let server: ClaudeServer | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lectern-fixtures-'));
  await mkdir(join(folder, 'sum'));
  await mkdir(join(folder, 'not-a-topic'));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, 'sum', name), text);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const told = (role: LlmMessage['role'], text: string): LlmMessage => ({ role, content: [{ type: 'text', text }] });
const outlineText = `<topic>${TOPIC.replaceAll('</', '<\u200b/')}</topic>`;
const outline = { title: 'A sum', language: 'en', ledger: [], sections: [] };
const sceneText = (section: number): string => `<topic-title>A sum</topic-title>\n<section number="${section}" of="2">Two</section>`;

async function ask(url: string, texts: string[]): Promise<string> {
  const llm = anthropicLlm({ key: 'any', baseUrl: url, fetch: globalThis.fetch, silenceSeconds: 10 });
  const messages = texts.map((text, index) => told(index % 2 === 0 ? 'user' : 'assistant', text));
  const asked = { model: 'claude-haiku-5-5', system: 'You plan films.', messages, maxOutputTokens: 1000 };
  return (await llm.ask(asked, { signal: new AbortController().signal })).text;
}

async function answer(...texts: string[]): Promise<string> {
  server ??= await startClaudeServer({ folder });
  return ask(server.url, texts);
}

describe('the local Claude', () => {
  const faults = taggedFaults(['too long']);
  const sections = sectionsText({ topic: TOPIC, outline, written: [] });
  const repair = sectionRepairText({ instructions: 'Mend it.', section: 2, of: 2, title: 'Two', faults: ['no words'] });
  const repairOfFirst = sectionRepairText({ instructions: 'Mend it.', section: 1, of: 2, title: 'One', faults: ['no words'] });

  it.each([
    ['an outline', [outlineText], FILES['outline.json']],
    ['its repair', [outlineText, '{}', faults], FILES['outline.repaired.json']],
    ['the sections', [sections], FILES['sections.json']],
    ['those that are not written yet', [sectionsText({ topic: TOPIC, outline, written: [{ title: 'One' }] })], '{"sections":[{"title":"Two"}]}'],
    ['the repair of a section', [sections, '{}', repair], FILES['section-2.plan.repaired.json']],
    ['the repair of a section that is not mended', [sections, '{}', repairOfFirst], '{"sections":[{"title":"One"}]}'],
    ['a scene', [sceneText(1)], 'scene one'],
    ['a scene of a film whose first title was another', [sceneText(1).replace('A sum', 'A sun')], 'scene one'],
    ['its mend, in the same conversation', [sceneText(2), 'scene two', '<error>NameError</error>'], 'scene two, mended'],
    ['its mend, in a new one', [`${sceneText(2)}<scene-code>x</scene-code><picture-faults>off</picture-faults>`], 'scene two, mended'],
    ['the mend of a scene that is not mended', [sceneText(1), 'scene one', '<error>NameError</error>'], 'scene one'],
  ])('answers the question for %s', async (_name, texts, expected) => {
    expect(await answer(...texts)).toBe(expected);
  });

  it.each([
    ['a topic', '<topic>something else</topic>'],
    ['a title', '<topic-title>Another film</topic-title><section number="1" of="2">One</section>'],
    ['a section', sceneText(7)],
    ['a question', 'What is the time?'],
  ])('does not know %s that is in no fixture', async (_name, text) => {
    await expect(answer(text)).rejects.toMatchObject({ trouble: 'rejected', message: expect.stringContaining('404, not_found_error') as string });
    expect(server?.served).toMatchObject([{ status: 404, kind: 'unknown' }]);
  });

  it('breaks where it is told to, and lists what it served', async () => {
    const planned: PlannedFault[] = [
      { kind: 'scene', number: 2, fault: { kind: 'status', status: 529 } },
      { kind: 'outline', number: 1, fault: { kind: 'reply', text: 'no outline' } },
      { kind: 'any', number: 4, fault: { kind: 'refusal' } },
      { kind: 'scene', number: 5, fault: { kind: 'truncation' } },
    ];
    server = await startClaudeServer({ folder, faults: planned });
    expect(await answer(outlineText)).toBe('no outline');
    expect(await answer(sceneText(1))).toBe('scene one');
    await expect(answer(sceneText(2))).rejects.toMatchObject({ trouble: 'overloaded' });
    expect(await answer(sceneText(2))).toBe('');
    expect(await answer(sceneText(2))).toBe('scene two');
    expect(await answer(sceneText(2))).toBe('scen');
    const listed = (await (await fetch(`${server.url}/_served`)).json()) as { served: ClaudeServer['served'] };
    expect(listed.served.map(({ kind, slug, section, status, fault }) => [kind, slug, section, status, fault])).toEqual([
      ['outline', 'sum', undefined, 200, 'reply'],
      ['scene', 'sum', 1, 200, undefined],
      ['scene', 'sum', 2, 529, 'status'],
      ['scene', 'sum', 2, 200, 'refusal'],
      ['scene', 'sum', 2, 200, undefined],
      ['scene', 'sum', 2, 200, 'truncation'],
    ]);
    expect(listed.served[4]).toMatchObject({ model: 'claude-haiku-5-5', outputTokens: 3 });
  });

  it('answers whole and counts tokens, too', async () => {
    server = await startClaudeServer({ folder, key: 'right' });
    const { url } = server;
    const post = async (path: string, body: object): Promise<unknown> => {
      const headers = { 'x-api-key': 'right', 'anthropic-version': '2026-10-21', 'content-type': 'application/json' };
      return (await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
    };
    const asked = { model: 'claude-haiku-5-5', max_tokens: 100, messages: [{ role: 'user', content: sceneText(1) }] };
    expect(await post('/v1/messages', asked)).toMatchObject({ type: 'message', stop_reason: 'end_turn', content: [{ type: 'thinking' }, { type: 'text', text: 'scene one' }] });
    expect(await post('/v1/messages/count_tokens', asked)).toEqual({ input_tokens: Math.ceil(sceneText(1).length / 4) });
    expect(await post('/v1/messages', { ...asked, temperature: 1 })).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  it('is a program that tells its address and ends when it is told to', async () => {
    const child = spawn(process.execPath, [PROGRAM, '--port', '0', '--fixtures', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
    expect(await ask(url, [sceneText(1)])).toBe('scene one');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
