import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A folder that programs can be run in as if it were the whole machine. */
export interface Root {
  folder: string;
  /** How package managers reach their registries from here, which is written down nowhere. */
  carried: Record<string, string>;
  remove(): Promise<void>;
}

export interface RootCommand {
  argv: string[];
  environment?: Record<string, string>;
  folder?: string;
  onOutput?: (text: string) => void;
  signal?: AbortSignal;
}

export async function makeRoot(): Promise<Root> {
  const folder = await mkdtemp('/var/tmp/lectern-image-');
  await promisify(execFile)('bash', [here('root.sh'), 'make', folder]);
  const { stdout } = await promisify(execFile)('bash', [here('root.sh'), 'told']);
  const lines = stdout.split('\n').filter((line) => line.includes('='));
  const carried = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  return { folder, carried, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Runs a program in the root, in namespaces of its own except for the network. Answers its exit code and what it said. */
export function runIn(root: Root, { argv, environment = {}, folder = '/', onOutput, signal }: RootCommand): Promise<{ exitCode: number; output: string }> {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const words = [
    '--mount', '--pid', '--fork', '--ipc', '--uts', '--propagation', 'private', '--kill-child',
    'bash', here('../fresh-machine/enter.sh'), root.folder, ...variables, 'env', '-C', folder, ...argv,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('unshare', words, { stdio: ['ignore', 'pipe', 'pipe'] });
    signal?.addEventListener('abort', () => endNamespace(child.pid), { once: true });
    let output = '';
    const take = (part: Buffer): void => {
      output += part.toString();
      onOutput?.(part.toString());
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode: exitCode ?? 1, output }));
  });
}

/** Ends the first process of the namespace that `unshare` has made, and with it all others; whoever changes its user has lost what would end it with its parent. */
function endNamespace(unshare: number | undefined): void {
  for (const first of readFileSync(`/proc/${unshare}/task/${unshare}/children`, 'utf8').split(' ').filter(Boolean)) process.kill(Number(first), 'SIGKILL');
}
