import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VERSION = '4.32.5';
const checkout = new URL('../..', import.meta.url).pathname;
/** Apart from the environment that renders: it is a tool of the tests, and neither needs what the other brings. */
const environment = join(checkout, `.lectern/schemathesis-${VERSION}`);
const program = join(environment, 'bin/schemathesis');

/** No answer of this service is an error of its own, and each is one that its description tells of. */
const CHECKS = ['not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_schema_conformance', 'unsupported_method'];

export interface Tried {
  exitCode: number | null;
  /** Requests that were sent and judged. */
  cases: number;
  output: string;
}

/** Installs Schemathesis where it is not there yet, with the interpreter that the set-up has found. */
export async function installSchemathesis(): Promise<void> {
  if (existsSync(program)) return;
  const run = promisify(execFile);
  const { interpreter } = JSON.parse(readFileSync(join(checkout, '.lectern/setup.json'), 'utf8')) as { interpreter: string };
  await run(interpreter, ['-m', 'venv', '--clear', environment]);
  await run(join(environment, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`]);
}

/** Tries every route of the description at this address; about so many examples an operation, besides those that its limits suggest. */
export async function trySchema(url: string, examples: number): Promise<Tried> {
  const words = ['run', `${url}/openapi.json`, '--url', url, '--max-examples', String(examples), '--checks', CHECKS.join(',')];
  // One worker: two at once make Python 3.11's parser stumble in Hypothesis.
  const child = spawn(program, [...words, '--workers', '1', '--request-timeout', '90', '--generation-deterministic', '--no-color'], {
    // It writes a folder of what it has learnt into where it runs.
    cwd: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, cases: Number(/(\d+) generated/.exec(output)?.[1] ?? 0), output };
}
