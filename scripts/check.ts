/** Everything that can be found without running the product: types, lint, import rules, unused code, Python, shell, images. */
import { execFile } from 'node:child_process';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { readSetup } from './read-setup.ts';

interface Check {
  name: string;
  command: string;
  arguments: string[];
}

interface Outcome {
  passed: boolean;
  output: string;
  seconds: number;
}

async function listShellScripts(): Promise<string[]> {
  const paths = ['.ci/run'];
  for await (const path of glob(['scripts/**/*.sh', 'test/**/*.sh', 'docker/**/*.sh'])) paths.push(path);
  return paths.sort();
}

async function listDockerfiles(): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of glob('docker/*/Dockerfile')) paths.push(path);
  return paths.sort();
}

async function listChecks(): Promise<Check[]> {
  const { venv, python } = await readSetup();
  const node = (name: string, ...words: string[]): Check => ({ name, command: process.execPath, arguments: words });
  return [
    node('types', 'node_modules/typescript/bin/tsc', '--noEmit'),
    node('lint', 'node_modules/eslint/bin/eslint.js', '--max-warnings=0', '.'),
    node('import rules', 'scripts/import-rules.ts'),
    node('unused code', 'node_modules/knip/bin/knip.js', '--no-config-hints'),
    { name: 'Python lint', command: join(venv, 'bin/ruff'), arguments: ['check', '--quiet', '--no-cache', 'docker/render', 'scripts'] },
    { name: 'Python sizes', command: python, arguments: ['scripts/python_sizes.py', 'docker/render', 'scripts'] },
    { name: 'shell', command: join(venv, 'bin/shellcheck'), arguments: ['--external-sources', ...(await listShellScripts())] },
    { name: 'Dockerfiles', command: join(venv, 'bin/hadolint'), arguments: ['--failure-threshold', 'style', ...(await listDockerfiles())] },
    { name: 'compose file', command: join(venv, 'bin/check-jsonschema'), arguments: ['--builtin-schema', 'vendor.compose-spec', 'compose.yaml'] },
  ];
}

function run(check: Check): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    execFile(check.command, check.arguments, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      // A tool that cannot be started has said nothing itself.
      const unstarted = error && typeof error.code !== 'number' ? `${error.message}\n` : '';
      resolve({ passed: error === null, output: stdout + stderr + unstarted, seconds: (performance.now() - started) / 1000 });
    });
  });
}

let failed = 0;
// Side by side, because the longest two fill a core each; told in order.
const started = (await listChecks()).map((check) => ({ check, running: run(check) }));
for (const { check, running } of started) {
  const outcome = await running;
  if (!outcome.passed) failed += 1;
  if (!outcome.passed) process.stdout.write(`\n${outcome.output.trim()}\n\n`);
  process.stdout.write(`${outcome.passed ? 'ok    ' : 'FAILED'} ${check.name} (${outcome.seconds.toFixed(1)} s)\n`);
}
process.stdout.write(failed === 0 ? 'All checks passed.\n' : `${failed} checks failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;
