import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { scratchFolder } from '../support/command-line.ts';
import { messagesApi } from '../support/llm-wire/messages-api.ts';
import { serve } from '../support/llm-wire/serve.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

const scene = (name: string, line: string): string => `class ${name}(Scene):\n    def construct(self):\n        circle = Circle()\n        ${line}\n        self.play(Create(circle))\n`;
const folder = join(scratch.path, 'scenes');
mkdirSync(folder);
writeFileSync(
  join(folder, 'three.py'),
  ['from manim import *\n', scene('Fine', 'circle.set_color(RED)'), scene('Known', 'self.play(ShowCreation(Dot()))'), scene('Invented', 'circle.sparkle_brightly(3)')].join('\n\n'),
);

async function measured(keys: Record<string, string>): Promise<Record<string, unknown>> {
  const environment = { ...process.env, ANTHROPIC_API_KEY: '', ...keys };
  const { stdout } = await promisify(execFile)(process.execPath, ['test/bench/repair.ts', '--scenes', folder], { env: environment });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

test('any folder of scenes is measured in the sandbox, with no model where there is no key', async () => {
  expect(await measured({})).toMatchObject({ scenes: 3, first_try: 1, after_fixes: 1, after_model: 0, card: 1, model_calls: 0 });
});

test('with a key, a model is asked once for what nothing else mends', async () => {
  const code = `from manim import *\n\n\n${scene('Invented', 'circle.set_color(BLUE)')}`;
  const claude = await serve(messagesApi({ key: 'right', script: () => ({ text: `\`\`\`python\n${code}\`\`\`` }) }));
  const figures = await measured({ ANTHROPIC_API_KEY: 'right', ANTHROPIC_BASE_URL: claude.url });
  await claude.close();
  expect(figures).toMatchObject({ scenes: 3, first_try: 1, after_fixes: 1, after_model: 1, card: 0, model_calls: 1 });
});
