import { expect, test } from 'vitest';
import { z } from 'zod';
import { plantTree, runScript } from '../support/planted-tree.ts';

const Report = z.object({
  issues: z.array(
    z.object({
      file: z.string(),
      files: z.array(z.object({ name: z.string() })),
      dependencies: z.array(z.object({ name: z.string() })),
      unlisted: z.array(z.object({ name: z.string() })),
      exports: z.array(z.object({ name: z.string() })),
      types: z.array(z.object({ name: z.string() })),
    }),
  ),
});

const pick = (kind: 'files' | 'dependencies' | 'unlisted' | 'exports' | 'types', report: z.infer<typeof Report>): string[] =>
  report.issues.flatMap((issue) => issue[kind].map(({ name }) => `${issue.file} ${name}`));

test('unused files, exports and dependencies are found, and packages that are imported without being listed', async () => {
  const folder = await plantTree(
    {
      'package.json': JSON.stringify({ type: 'module', workspaces: ['speech-espeak'], dependencies: { zod: '1', mathjs: '1' } }),
      'speech-espeak/package.json': JSON.stringify({ name: 'speech', type: 'module', bin: { speech: 'cli.ts' } }),
      'speech-espeak/cli.ts': 'export {};',
      'functions/cli.ts': "import 'zod';\nimport 'commander';\nimport { used } from './used.ts';\nused();",
      'functions/used.ts': 'export const used = (): void => {};\nexport const forgotten = 1;\nexport type Forgotten = string;',
      'functions/alone.ts': 'export const alone = 1;',
    },
    { copied: ['knip.json', 'tsconfig.json'], linked: ['node_modules'] },
  );
  const { exitCode, stdout } = await runScript('node_modules/knip/bin/knip.js', ['--reporter=json', '--no-config-hints'], { folder });
  const report = Report.parse(JSON.parse(stdout));
  expect(exitCode).toBe(1);
  expect(pick('files', report)).toEqual(['functions/alone.ts functions/alone.ts']);
  expect(pick('exports', report)).toEqual(['functions/used.ts forgotten']);
  expect(pick('types', report)).toEqual(['functions/used.ts Forgotten']);
  expect(pick('dependencies', report)).toEqual(['package.json mathjs']);
  expect(pick('unlisted', report)).toEqual(['functions/cli.ts commander']);
});
