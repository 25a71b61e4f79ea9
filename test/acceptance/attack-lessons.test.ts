import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attackSource } from '../support/attack-source.ts';
import { lectern, scratchFolder } from '../support/command-line.ts';
import { plantListeners, type PlantedListeners } from '../support/planted-listeners.ts';
import { isRunning } from '../support/processes.ts';

/**
 * The same attacks that test/contract/sandbox-attacks.test.ts shows to succeed where the guard concerned is taken away, here as a user would
 * meet them: a `manim` fence in a lesson, whose other sections have to be delivered.
 */
const scratch = scratchFolder();
const secret = randomUUID();
const secretPath = join(scratch.path, 'secret');
const outsideFolder = join(scratch.path, 'outside');
const childName = `lectern-attack-${randomUUID()}`;
let listeners: PlantedListeners;
let bystander: ChildProcess;

beforeAll(async () => {
  writeFileSync(secretPath, secret, { mode: 0o644 });
  mkdirSync(outsideFolder);
  chmodSync(outsideFolder, 0o777);
  listeners = await plantListeners(join(scratch.path, 'planted.sock'));
  bystander = spawn('/usr/bin/sleep', ['600'], { env: { LECTERN_PLANTED: secret }, stdio: 'ignore' });
});
afterAll(async () => {
  bystander.kill();
  await listeners.close();
  scratch.remove();
});

interface Attack {
  name: string;
  values?: () => Record<string, string | number>;
  limitSeconds?: number;
  /** What the author is told of the section. */
  says: RegExp;
}

const contained = /RuntimeError: CONTAINED/;
const attacks: Attack[] = [
  { name: 'read_secrets', values: () => ({ secretPath }), says: contained },
  { name: 'write_outside', values: () => ({ outsideFolder }), says: contained },
  { name: 'reach_network', values: () => ({ tcpPort: listeners.tcpPort, udpPort: listeners.udpPort, socketPath: listeners.socketPath, abstractName: listeners.abstractName }), says: contained },
  { name: 'fork_many', says: contained },
  { name: 'eat_memory', values: () => ({ mebibytesEach: 700 }), says: /Memory/ },
  { name: 'fill_disk', values: () => ({ limitMebibytes: 1200, outsideFolder }), says: contained },
  { name: 'send_secret_as_video', values: () => ({ secretPath, totalFrames: 30 }), says: contained },
  { name: 'gain_privileges', says: contained },
  { name: 'loop_for_ever', values: () => ({ seconds: 60, childName }), limitSeconds: 5, says: /WallClock/ },
  { name: 'print_for_ever', values: () => ({ mebibytes: 40 }), says: /Output/ },
];

const harmless = (name: string): string => `## ${name}\n\nNothing bad happens in this section.\n\n$$\na + b\n$$\n`;

test.each(attacks)('$name is contained, and the sections around it are delivered', async ({ name, values, limitSeconds, says }) => {
  const file = join(scratch.path, `${name}.md`);
  const out = join(scratch.path, name);
  const fence = `\`\`\`manim\n${attackSource(name, values?.())}\n\`\`\``;
  writeFileSync(file, `---\ntitle: An attack\nvoice: silent\n---\n\n${harmless('Before')}\n## The attack\n\nThis section is up to no good.\n\n${fence}\n\n${harmless('After')}`);

  const { code, stderr } = await lectern(['lesson', file, '--quality', 'preview', '--render-limit', String(limitSeconds ?? 30), '--out', out], { LECTERN_DATA: join(scratch.path, 'data') });

  expect(code).toBe(3);
  expect(stderr).toMatch(says);
  expect(stderr).toContain(`${name}.md:`);
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as { sections: { outcome: string }[] };
  expect(report.sections.map(({ outcome }) => outcome)).toEqual(['rendered', 'card', 'rendered']);
  expect(readdirSync(outsideFolder)).toEqual([]);
  expect(readFileSync(join(out, 'report.json'), 'utf8')).not.toContain(secret);
  expect(isRunning(childName)).toBe(false);
});

const sceneOf = (...body: string[]): string =>
  ['from manim import *', 'from lectern_render import LessonScene', '', 'class Broken(LessonScene):', '    def construct(self):', ...body.map((line) => `        ${line}`)].join('\n');
/** Line of the lesson at which the body of such a scene starts. */
const BODY_LINE = 24;

const broken = [
  { name: 'raises', code: sceneOf('pass', 'raise ValueError("no such thing")'), says: /ValueError: no such thing/, line: BODY_LINE + 1 },
  { name: 'is no Python', code: sceneOf('pass', 'def ('), says: /SyntaxError/, line: BODY_LINE + 1 },
  { name: 'enters a beat that is not there', code: sceneOf('with self.beat(7):', '    pass'), says: /beat 7|7/, line: BODY_LINE },
];

test.each(broken)('a manim fence that $name costs only its own section', async ({ name, code, says, line }) => {
  const file = join(scratch.path, 'broken.md');
  const out = join(scratch.path, name);
  writeFileSync(file, `---\ntitle: Broken\nvoice: silent\n---\n\n${harmless('Before')}\n## Broken\n\nThis section does not work.\n\n\`\`\`manim\n${code}\n\`\`\`\n`);
  const ended = await lectern(['lesson', file, '--quality', 'preview', '--out', out], { LECTERN_DATA: join(scratch.path, 'data') });
  expect(ended.code).toBe(3);
  expect(ended.stderr).toMatch(says);
  expect(ended.stderr).toContain(`broken.md:${line}:`);
  expect(ended.stderr).not.toMatch(/\n\s+at |Traceback/);
});

test('a manim fence that draws nothing gives a section of the right length', async () => {
  const file = join(scratch.path, 'nothing.md');
  const out = join(scratch.path, 'nothing');
  const fence = '```manim\nfrom manim import *\n\nclass Nothing(Scene):\n    def construct(self):\n        pass\n```';
  writeFileSync(file, `---\ntitle: Nothing\nvoice: silent\n---\n\n## Nothing\n\nThis section shows nothing.\n\n${fence}\n`);
  const ended = await lectern(['lesson', file, '--quality', 'preview', '--out', out], { LECTERN_DATA: join(scratch.path, 'data') });
  expect(ended.code).toBe(0);
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as { sections: { frames: number; report: { frames: number } }[] };
  expect(report.sections[0]?.report.frames).toBe(report.sections[0]?.frames);
});
