import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { plantTree, runScript, type Files } from '../support/planted-tree.ts';

const imports = (...paths: string[]): string => paths.map((path) => `import '${path}';`).join('\n');
const library = (name: string): Files => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
  [`node_modules/${name}/index.js`]: '',
});

/** A small Lectern that keeps every rule. */
const clean: Files = {
  'package.json': JSON.stringify({ dependencies: { zod: '1.0.0', mathjs: '1.0.0', 'left-pad': '1.0.0', '@echogarden/espeak': '1.0.0' } }),
  ...library('zod'),
  ...library('mathjs'),
  ...library('left-pad'),
  ...library('@echogarden/espeak'),
  'functions/cli.ts': imports('./compose.ts', './config.ts', './commands/lesson.ts'),
  'functions/commands/lesson.ts': imports('../compose.ts', '../compose-store.ts', '../config.ts'),
  'functions/compose.ts': imports('./clock/system.ts', './speech/silent.ts', './pipeline/run.ts', './media/captions.ts', './lesson/parse.ts', './api/app.ts'),
  'functions/compose-store.ts': imports('./speech/silent.ts', './config.ts'),
  'functions/config.ts': imports('zod'),
  'functions/clock/port.ts': imports('../../shared/limits.ts'),
  'functions/clock/system.ts': imports('./port.ts', 'node:timers'),
  'functions/speech/port.ts': imports('../../shared/limits.ts'),
  'functions/speech/silent.ts': imports('./port.ts', 'left-pad'),
  'functions/pipeline/run.ts': imports('./plan.ts', '../clock/port.ts', '../lesson/parse.ts'),
  'functions/pipeline/plan.ts': imports('../../shared/limits.ts'),
  'functions/media/captions.ts': imports('../../shared/limits.ts', 'zod'),
  'functions/lesson/parse.ts': imports('mathjs', '../../shared/contract/plan.ts'),
  'functions/api/app.ts': imports('../pipeline/run.ts', 'left-pad'),
  'shared/limits.ts': imports('zod'),
  'shared/contract/plan.ts': imports('zod'),
  'speech-espeak/cli.ts': imports('./protocol.ts', '@echogarden/espeak'),
  'speech-espeak/protocol.ts': '',
  'web/studio.ts': imports('../shared/contract/plan.ts'),
  'test/unit/plan.test.ts': imports('../../functions/pipeline/plan.ts'),
  'test/acceptance/film.test.ts': imports('node:fs'),
};

/** What is planted: the rule, the file that breaks it, and what it imports. */
const planted: [rule: string, file: string, imported: string[]][] = [
  ['no-cycles', 'functions/pipeline/about.ts', ['./round.ts']],
  ['no-unresolved', 'functions/pipeline/lost.ts', ['./nowhere.ts']],
  ['no-orphans', 'functions/pipeline/alone.ts', []],
  ['shared-knows-nothing', 'shared/nosy.ts', ['../functions/pipeline/plan.ts']],
  ['shared-knows-nothing', 'shared/greedy.ts', ['left-pad']],
  ['web-knows-only-the-contract', 'web/page.ts', ['../shared/limits.ts']],
  ['ports-know-only-shared', 'functions/telemetry/port.ts', ['left-pad']],
  ['adapters-in-compose-only', 'functions/commands/hasty.ts', ['../clock/system.ts']],
  ['adapters-know-own-port-only', 'functions/speech/timed.ts', ['../clock/port.ts']],
  ['media-and-prompts-are-pure', 'functions/media/reading.ts', ['node:fs']],
  ['media-and-prompts-are-pure', 'functions/prompts/padded.ts', ['left-pad']],
  ['lesson-is-pure', 'functions/lesson/reading.ts', ['node:fs']],
  ['lesson-is-pure', 'functions/lesson/padded.ts', ['left-pad']],
  ['lesson-is-pure', 'functions/lesson/drawing.ts', ['../media/captions.ts']],
  ['pipeline-has-no-io', 'functions/pipeline/reading.ts', ['node:fs']],
  ['pipeline-has-no-io', 'functions/pipeline/padded.ts', ['left-pad']],
  ['pipeline-knows-no-edge', 'functions/pipeline/called.ts', ['../api/app.ts']],
  ['api-knows-run-only', 'functions/api/inner.ts', ['../pipeline/plan.ts']],
  ['only-entries-compose', 'functions/media-desk.ts', ['./config.ts']],
  ['only-entries-compose', 'functions/media-shop.ts', ['./compose-store.ts']],
  ['nothing-imports-an-entry', 'scripts/restart.ts', ['../functions/cli.ts']],
  ['nothing-imports-test', 'scripts/borrow.ts', ['../test/unit/plan.test.ts']],
  ['acceptance-imports-no-source', 'test/acceptance/inner.test.ts', ['../../functions/pipeline/plan.ts']],
  ['speech-espeak-is-apart', 'scripts/speak.ts', ['../speech-espeak/protocol.ts']],
  ['speech-espeak-is-apart', 'functions/speech/embedded.ts', ['@echogarden/espeak']],
  ['speech-espeak-imports-nothing-of-ours', 'speech-espeak/limited.ts', ['../shared/limits.ts']],
];

const configuration = { copied: ['.dependency-cruiser.cjs', 'tsconfig.json'] };

const readViolations = (output: string): string[] =>
  output.split('\n').flatMap((line) => {
    const [, rule, from] = /^([a-z-]+): (\S+) -> /.exec(line) ?? [];
    return rule && from ? [`${rule}: ${from}`] : [];
  });

describe('the import rules', () => {
  test('let a tree pass that keeps them all', async () => {
    const { exitCode, stdout } = await runScript('scripts/import-rules.ts', [], { folder: await plantTree(clean, configuration) });
    expect(readViolations(stdout)).toEqual([]);
    expect(exitCode, stdout).toBe(0);
  });

  test('each fires on what was planted for it, and on nothing else', async () => {
    const violations = Object.fromEntries(planted.map(([, file, imported]) => [file, imports(...imported)]));
    const folder = await plantTree({ ...clean, ...violations, 'functions/pipeline/round.ts': imports('./about.ts') }, configuration);
    const { exitCode, stdout } = await runScript('scripts/import-rules.ts', [], { folder });
    const expected = planted.map(([rule, file]) => `${rule}: ${file}`);
    expect(exitCode).toBe(1);
    expect(readViolations(stdout).sort()).toEqual(expected.sort());
  });

  test('have each a planted violation', () => {
    const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as { forbidden: { name: string }[] };
    const names = config.forbidden.map(({ name }) => name);
    expect([...new Set(planted.map(([rule]) => rule))].sort()).toEqual(names.sort());
  });

  test('do not pass when modules were not looked at', async () => {
    const folder = await plantTree(clean, configuration);
    const { exitCode, stdout } = await runScript('scripts/import-rules.ts', ['shared', 'functions'], { folder });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('not-cruised: 5 modules were not looked at, first of all speech-espeak/cli.ts');
  });
});
