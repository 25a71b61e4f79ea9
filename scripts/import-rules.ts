/**
 * Holds the import rules of .dependency-cruiser.cjs, and makes sure that they were held against every module: a
 * TypeScript that dependency-cruiser cannot read makes it pass while it looks at nothing.
 *
 *   node scripts/import-rules.ts [folder ...]
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const FOLDERS = ['functions', 'shared', 'speech-espeak', 'scripts', 'test', 'web'];

const CRUISER = fileURLToPath(new URL('../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', import.meta.url));

const CruiseReport = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
    ruleSetUsed: z.object({ forbidden: z.array(z.object({ name: z.string(), comment: z.string() })) }),
  }),
});

async function cruise(folders: string[]): Promise<z.infer<typeof CruiseReport>> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [CRUISER, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  return CruiseReport.parse(JSON.parse(stdout));
}

async function listModules(folders: string[]): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of glob(folders.map((folder) => `${folder}/**/*.{ts,tsx}`))) {
    if (!path.includes('node_modules')) paths.push(path);
  }
  return paths.sort();
}

const folders = FOLDERS.filter((folder) => existsSync(folder));
const report = await cruise(process.argv.length > 2 ? process.argv.slice(2) : folders);
const cruised = new Set(report.modules.map((module) => module.source));
const overlooked = (await listModules(folders)).filter((path) => !cruised.has(path));

const comments = new Map(report.summary.ruleSetUsed.forbidden.map(({ name, comment }) => [name, comment]));
for (const { rule, from, to } of report.summary.violations) {
  process.stdout.write(`${rule.name}: ${from} -> ${to}\n  ${comments.get(rule.name) ?? ''}\n`);
}
if (overlooked.length > 0) {
  process.stdout.write(`not-cruised: ${overlooked.length} modules were not looked at, first of all ${overlooked[0]}\n`);
}
process.stdout.write(`${cruised.size} modules, ${report.summary.violations.length} violations\n`);
process.exitCode = report.summary.violations.length + overlooked.length > 0 ? 1 : 0;
