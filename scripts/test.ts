/**
 * Runs the tests of every language and ends with one line that counts them all.
 *
 *   node scripts/test.ts [--all] [unit] [contract] [acceptance] [long] [python]
 *
 * Without a name: everything for every day; with --all: the long ones too.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readSetup } from './read-setup.ts';

type Count = { passed: number; failed: number; skipped: number };

const EVERYDAY = ['unit', 'contract', 'acceptance', 'python'];
const LONG = ['long'];

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/** Runs a command in front of the reader and resolves to its exit code. */
function run(command: string, commandArguments: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
}

/** A runner that broke down before it wrote its report counts as one failure, so that it is never overlooked. */
async function readReport(path: string, exitCode: number): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    process.stderr.write(`The runner ended with exit code ${exitCode} and left no report: ${String(error)}\n`);
    return undefined;
  }
}

const BROKEN_DOWN: Count = { passed: 0, failed: 1, skipped: 0 };

async function runVitest(projects: string[], folder: string): Promise<Count> {
  const path = join(folder, 'vitest.json');
  const exitCode = await run(process.execPath, [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path}`,
    ...projects.map((project) => `--project=${project}`),
  ]);
  const text = await readReport(path, exitCode);
  if (text === undefined) return BROKEN_DOWN;
  const report = VitestReport.parse(JSON.parse(text));
  // A file that cannot be loaded has no test to fail.
  const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failed = report.numFailedTests + brokenFiles.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Reads a count of JUnit's `testsuite` element, for example `failures="2"`. */
function readAttribute(xml: string, name: string): number {
  return Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(xml)?.[1] ?? 0);
}

async function runPytest(folder: string): Promise<Count> {
  const path = join(folder, 'pytest.xml');
  const { python } = await readSetup();
  const exitCode = await run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', `--junitxml=${path}`, 'docker/render/tests']);
  const text = await readReport(path, exitCode);
  if (text === undefined) return BROKEN_DOWN;
  const failed = readAttribute(text, 'failures') + readAttribute(text, 'errors');
  const skipped = readAttribute(text, 'skipped');
  return {
    passed: readAttribute(text, 'tests') - failed - skipped,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped,
  };
}

function chooseSuites(words: string[]): string[] {
  const known = [...EVERYDAY, ...LONG];
  const unknown = words.filter((word) => word !== '--all' && !known.includes(word));
  if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(', ')}. Use --all, or some of: ${known.join(', ')}.`);
  if (words.includes('--all')) return known;
  return words.length > 0 ? words : EVERYDAY;
}

const suites = chooseSuites(process.argv.slice(2));
const folder = await mkdtemp(join(tmpdir(), 'lectern-test-'));
const counts: Count[] = [];
try {
  // Python first: when a block is broken, its own test says so better than a film that lacks it.
  if (suites.includes('python')) counts.push(await runPytest(folder));
  const projects = suites.filter((suite) => suite !== 'python');
  if (projects.length > 0) counts.push(await runVitest(projects, folder));
} finally {
  await rm(folder, { recursive: true });
}

const sum = (key: keyof Count): number => counts.reduce((total, count) => total + count[key], 0);
const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}\n`);
process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
