import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { topicPlanner } from '../../functions/author/planner.ts';
import { llmWriter } from '../../functions/author/writer.ts';
import { folderFlavors } from '../../functions/flavors/folder.ts';
import { anthropicLlm } from '../../functions/llm/anthropic/anthropic-llm.ts';
import { knownModels } from '../../functions/llm/known-models.ts';
import type { Section } from '../../shared/contract/plan.ts';
import { askingBench } from '../support/asking.ts';
import { FIXTURES_FOLDER, startClaudeServer } from '../support/claude-server/claude-server.ts';
import { startRecorder } from '../support/claude-server/recorder.ts';

const SLUG = 'compound-interest';
const log = { debug: () => {}, warn: () => {} };

test('what is recorded of a film are the replies that it was made from, corrections included', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lectern-record-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const claude = await startClaudeServer({ key: 'right' });
  onTestFinished(claude.close);
  const kept: string[] = [];
  const recorder = await startRecorder(claude.url, (name, text) => {
    kept.push(name);
    writeFileSync(join(folder, name), text);
  });
  onTestFinished(recorder.close);
  const llm = anthropicLlm({ key: 'right', baseUrl: recorder.url, fetch: globalThis.fetch, silenceSeconds: 30 });
  const bench = await askingBench({ scripts: [], llm });
  onTestFinished(bench.close);

  const { flavor } = (await folderFlavors({ folder: 'flavors', log, models: knownModels })).chosen(undefined);
  const { topic } = JSON.parse(readFileSync(join(FIXTURES_FOLDER, SLUG, 'topic.json'), 'utf8')) as { topic: string };
  const planner = topicPlanner({ ask: bench.ask, flavor, topic, wishes: {} });
  const { signal } = new AbortController();
  const { outline } = await planner.start(signal);
  const before: Section[] = [];
  while (before.length < outline.sections.length) before.push(await planner.next({ outline, before: [...before] }, signal));
  const writer = llmWriter({ ask: bench.ask, flavor });
  const [content] = before as [Section];
  const beats = content.beats.map((_, index) => ({ startFrame: index * 30, speechEndFrame: index * 30 + 20, endFrame: index * 30 + 30, words: [] }));
  await writer.write({ outline, section: 1, content, beats, framesPerSecond: 15 }, signal);

  expect(kept.toSorted()).toEqual(['outline.json', 'section-1.md', 'section-3.plan.repaired.json', 'sections.json']);
  for (const name of kept) expect(readFileSync(join(folder, name), 'utf8')).toBe(readFileSync(join(FIXTURES_FOLDER, SLUG, name), 'utf8'));
  expect(recorder.title()).toBe(outline.title);
});
