import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { plantTree, type Files } from '../support/planted-tree.ts';

const repeat = (count: number, line: string): string => Array.from({ length: count }, () => line).join('\n');

/** What is planted: the rule, the file that breaks it, and what stands in it. */
const planted: [rule: string, file: string, text: string][] = [
  ['max-lines', 'functions/long.ts', repeat(251, 'export {};')],
  ['max-lines-per-function', 'functions/long-function.ts', `export function long(): void {\n${repeat(60, '  Math.abs(1);')}\n}`],
  ['max-params', 'functions/many.ts', 'export const add = (a: number, b: number, c: number, d: number): number => a + b + c + d;'],
  ['id-denylist', 'functions/short.ts', 'export const cfg = 1;'],
  ['no-warning-comments', 'functions/later.ts', '// TODO: later\nexport {};'],
  ['eqeqeq', 'functions/loose.ts', 'export const same = (a: number, b: number): boolean => a == b;'],
  ['no-empty', 'functions/swallow.ts', 'try { Math.abs(1); } catch {}\nexport {};'],
  ['no-constant-condition', 'functions/constant.ts', 'if (1) Math.abs(1);\nexport {};'],
  ['no-control-regex', 'functions/control.ts', 'export const control = /\\x1f/;'],
  ['no-self-compare', 'functions/self.ts', 'export const same = (a: number): boolean => a === a;'],
  ['no-unreachable-loop', 'functions/once.ts', 'export function once(): number { for (;;) { return 1; } }'],
  ['no-unsafe-finally', 'functions/finally.ts', 'export function last(): number { try { return 1; } finally { return 2; } }'],
  ['no-useless-escape', 'functions/escape.ts', "export const word = 'a\\b\\q';"],
  ['prefer-const', 'functions/constant-let.ts', 'let one = 1;\nexport const two = one + 1;'],
  ['@typescript-eslint/no-floating-promises', 'functions/floating.ts', 'Promise.resolve(1);\nexport {};'],
  ['@typescript-eslint/consistent-type-imports', 'functions/types.ts', "import { Limits } from '../shared/limits.ts';\nexport type Own = Limits;"],
  ['@typescript-eslint/switch-exhaustiveness-check', 'functions/switch.ts', "export function mark(word: 'a' | 'b'): void { switch (word) { case 'a': break; } }"],
  ['@typescript-eslint/no-explicit-any', 'functions/any.ts', 'export const anything = (value: any): unknown => value;'],
  ['no-restricted-syntax', 'test/unit/focused.test.ts', "import { test } from 'vitest';\ntest.only('one', () => {});"],
  ['no-restricted-syntax', 'test/unit/skipped.test.ts', "import { describe } from 'vitest';\ndescribe.skip('one', () => {});"],
  ['no-restricted-syntax', 'test/unit/planned.test.ts', "import { it } from 'vitest';\nit.todo('one');"],
  ['no-restricted-properties', 'functions/speech/key.ts', "export const key = process.env['KEY'];"],
  ['no-restricted-properties', 'functions/cli.ts', 'export const { env } = process;'],
  ['no-restricted-properties', 'functions/speech/global.ts', 'export const own = globalThis.process;'],
  ['no-restricted-imports', 'functions/speech/import.ts', "import { env } from 'node:process';\nexport const key = env['KEY'];"],
  ['no-restricted-globals', 'functions/speech/chatty.ts', "console.log('one');\nexport {};"],
  ...['shared', 'functions/pipeline', 'functions/prompts', 'functions/media', 'functions/lesson', 'functions/api'].flatMap(
    (folder): [string, string, string][] => [
      ['no-restricted-globals', `${folder}/process.ts`, 'export const pid = process.pid;'],
      ['no-restricted-globals', `${folder}/fetch.ts`, "export const page = fetch('page');"],
      ['no-restricted-globals', `${folder}/console.ts`, "console.log('one');\nexport {};"],
      ['no-restricted-globals', `${folder}/timeout.ts`, 'setTimeout(() => {}, 1);\nexport {};'],
      ['no-restricted-globals', `${folder}/interval.ts`, 'setInterval(() => {}, 1);\nexport {};'],
      ['no-restricted-globals', `${folder}/immediate.ts`, 'setImmediate(() => {});\nexport {};'],
      ['no-restricted-globals', `${folder}/performance.ts`, 'export const now = performance.now();'],
      ['no-restricted-properties', `${folder}/now.ts`, 'export const now = Date.now();'],
      ['no-restricted-properties', `${folder}/random.ts`, 'export const number = Math.random();'],
      ['no-restricted-properties', `${folder}/identifier.ts`, 'export const id = crypto.randomUUID();'],
      ['no-restricted-properties', `${folder}/bytes.ts`, 'export const bytes = crypto.getRandomValues(new Uint8Array(1));'],
      ['no-restricted-syntax', `${folder}/date.ts`, 'export const now = new Date();'],
    ],
  ),
];

/** What is allowed where it stands. */
const clean: Files = {
  'shared/limits.ts': 'export interface Limits { seconds: number }',
  'functions/config.ts': "export const key = process.env['KEY'];",
  'functions/commands/lesson.ts': "console.log('one');\nexport const code = process.exitCode;",
  'functions/compute/stop.ts': "export const stop = (pid: number): boolean => process.kill(pid, 'SIGKILL');",
  'functions/pipeline/date.test.ts': "export const then = new Date('2026-11-21');",
  'functions/sixty.ts': `export function sixty(): void {\n${repeat(58, '  Math.abs(1);')}\n}`,
  'functions/switch-default.ts': "export function mark(word: 'a' | 'b'): void { switch (word) { case 'a': break; default: } }",
  'test/unit/columns.test.ts': 'export const row = (a: number, b: number, c: number, d: number): number => a + b + c + d;',
  'test/unit/long.test.ts': `import { describe } from 'vitest';\ndescribe('chapter', () => {\n${repeat(100, '  Math.abs(1);')}\n});`,
};

async function findRules(files: Files): Promise<Record<string, string[]>> {
  const folder = await plantTree(files, { copied: ['eslint.config.js', 'tsconfig.json'], linked: ['node_modules'] });
  const results = await new ESLint({ cwd: folder }).lintFiles(['.']);
  return Object.fromEntries(
    results
      .filter(({ filePath }) => filePath.endsWith('.ts'))
      .map(({ filePath, messages }) => [filePath.slice(folder.length + 1), messages.map(({ ruleId, message }) => ruleId ?? message)]),
  );
}

describe('the lint rules', () => {
  test('fire each on what was planted for it, and on nothing else', { timeout: 60_000 }, async () => {
    const violations = Object.fromEntries(planted.map(([, file, text]) => [file, text]));
    const expected = Object.fromEntries([
      ...Object.keys(clean).map((file) => [file, []] as const),
      ...planted.map(([rule, file]) => [file, [rule]] as const),
    ]);
    expect(await findRules({ ...clean, ...violations })).toEqual(expected);
  });

  test('find a disabled rule that would not have fired', { timeout: 60_000 }, async () => {
    const found = await findRules({ 'functions/disabled.ts': '// eslint-disable-next-line eqeqeq\nexport const one = 1;' });
    expect(found['functions/disabled.ts']).toEqual([expect.stringContaining('Unused eslint-disable directive')]);
  });
});
