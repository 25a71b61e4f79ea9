import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Account } from './account.ts';

export interface Command {
  program: string;
  args: string[];
  account: Account;
  environment?: Record<string, string>;
}
export interface Outcome {
  exitCode: number;
  output: string;
}

const BARE_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };

/** Runs a program to its end and collects what it says. One that cannot be started has exit code -1. */
export const run = (command: Command): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(command.program, command.args, {
      ...command.account,
      env: { ...BARE_ENVIRONMENT, ...command.environment },
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) => resolve({ exitCode: -1, output: error.message }));
    // 'exit' and not 'close': a server that pg_ctl leaves behind keeps the pipes open
    child.once('exit', (exitCode) => setImmediate(() => resolve({ exitCode: exitCode ?? -1, output })));
  });

/** Starts a program that may outlive us; what it says goes to an open file. */
export const launch = (command: Command, logDescriptor: number) => {
  const child = spawn(command.program, command.args, {
    ...command.account,
    env: { ...BARE_ENVIRONMENT, ...command.environment },
    cwd: '/',
    detached: true,
    stdio: ['ignore', logDescriptor, logDescriptor],
  });
  child.unref();
  return child;
};

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Whether the process runs a program of that name: a recorded pid may belong to somebody else by now. */
export const runsProgram = (pid: number, name: string): boolean => {
  try {
    const [program] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return program !== undefined && program.endsWith(name);
  } catch {
    return false;
  }
};
