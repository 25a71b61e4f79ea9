import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';

const PROGRAM = new URL('./stack-process.ts', import.meta.url).pathname;

export interface StackChild {
  process: ChildProcess;
  url: string;
  service: SupabaseClient;
  ended: Promise<void>;
}

/** Starts a stack in a process of its own and waits until it is up. */
export const startStackChild = async (folder: string): Promise<StackChild> => {
  const child = spawn(process.execPath, [PROGRAM, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let trouble = '';
  child.stderr.on('data', (chunk: Buffer) => (trouble += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([
    new Promise<string>((resolve) => lines.once('line', resolve)),
    ended.then(() => Promise.reject(new Error(`the stack ended early: ${trouble}`))),
  ]);
  const { url, secretKey } = JSON.parse(first) as { url: string; secretKey: string };
  const service = createClient(url, secretKey, { auth: { persistSession: false }, db: { retry: false } });
  return { process: child, url, service, ended };
};

export interface RunningServers {
  postgres: { pid: number; port: number };
  postgrest: { pid: number; port: number; adminPort: number };
  gateway: { pid: number; port: number };
}

/** What the data folder says of the servers that run on it. */
export const recordedServers = (folder: string): RunningServers =>
  JSON.parse(readFileSync(join(folder, 'stack.json'), 'utf8')) as RunningServers;

/** Whether a process runs: one that has died and that nobody has buried counts as gone. */
export const isRunning = (pid: number): boolean => {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '');
};

/** Waits for a condition; fails after the patience given. */
export const until = async (holds: () => boolean | Promise<boolean>, patienceMs = 30_000): Promise<void> => {
  const end = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('waited in vain');
    await delay(50);
  }
};
