import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readHost } from '../../../functions/compute/local/host.ts';
import { Execution, FILE_TOOL, HOME, type Command, type Machine, type MachineWishes } from './machine.ts';

/** What every image holds: folders of this host, which sandboxes see read-only under the same path. */
export interface ImageContents {
  folders: string[];
  environment: Record<string, string>;
}

export interface BubblewrapParts {
  /** Where the files of sandboxes are; whoever runs them must be able to enter it. */
  stateFolder: string;
  contents: ImageContents;
}

const NOBODY = 65534;
const SIGKILL = 9;
const NOT_FOUND = 127;
const fileTool = new URL('./file_tool.py', import.meta.url).pathname;

/**
 * A sandbox of real processes: bubblewrap on files of the sandbox's own, with the programs of this host. Every exec has its own process
 * table. Nothing of the host can be written; as root the processes run as nobody. There is no system-call filter and no limit of
 * processor or memory: it is a stand-in for tests, not a place for programs that nobody trusts.
 */
export function bubblewrapMachine({ stateFolder, contents }: BubblewrapParts, wishes: MachineWishes): Machine {
  const root = join(stateFolder, 'sandboxes', wishes.sandboxId);
  const host = readHost();
  const volumes = wishes.mounts.map((mount, index) => ({ ...mount, own: join(stateFolder, 'mounts', `${wishes.sandboxId}-${index}`) }));
  layOut(root, { host, folders: [...contents.folders, ...volumes.map(({ path }) => path)] });
  for (const { committed, own } of volumes) copyFolder(committed, own);

  const isolation = [
    '--unshare-user', '--uid', '0', '--gid', '0', '--unshare-pid', '--unshare-ipc', '--unshare-uts',
    ...(wishes.networkBlocked ? ['--unshare-net'] : []),
    '--die-with-parent', '--new-session', '--cap-drop', 'ALL',
    '--bind', root, '/', '--proc', '/proc', '--dev', '/dev',
    ...[...host.systemFolders, ...contents.folders].flatMap((path) => ['--ro-bind', path, path]),
    ...volumes.flatMap(({ path, own, readOnly }) => [readOnly ? '--ro-bind' : '--bind', own, path]),
  ];
  const asNobody = host.runsAsRoot ? ['/usr/bin/setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'] : [];
  const inSandbox = ({ argv, folder }: Command): string[] => [...asNobody, '/usr/bin/bwrap', ...isolation, '--chdir', folder ?? wishes.folder ?? HOME, '--', ...argv];
  return {
    start: (command) => start(inSandbox(command), { HOME, ...contents.environment, ...wishes.environment, ...command.environment }),
    commit() {
      for (const { committed, own, readOnly } of volumes) if (!readOnly) copyFolder(own, committed);
    },
    reload() {
      for (const { committed, own } of volumes) copyFolder(committed, own);
    },
    remove() {
      for (const path of [root, ...volumes.map(({ own }) => own)]) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Places for what is bound into the sandbox, its home, and the one tool that is in every sandbox. */
function layOut(root: string, { host, folders }: { host: ReturnType<typeof readHost>; folders: string[] }): void {
  const own = [HOME, '/tmp', '/job', '/proc', '/dev', dirname(FILE_TOOL)];
  for (const path of [...own, ...folders]) mkdirSync(join(root, path), { recursive: true });
  for (const { path, target } of host.systemLinks) symlinkSync(target, join(root, path));
  copyFileSync(fileTool, join(root, FILE_TOOL));
  chmodSync(join(root, FILE_TOOL), 0o755);
  if (host.runsAsRoot) giveAway(root);
}

/** Whoever owns a folder can make places in it: bubblewrap makes those that it misses as the sandbox's user. */
function giveAway(root: string): void {
  for (const path of ['', HOME, '/tmp', '/job', '/etc', '/var', '/var/lib', '/var/cache', '/opt']) {
    mkdirSync(join(root, path), { recursive: true });
    chownSync(join(root, path), NOBODY, NOBODY);
  }
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true, force: true, preserveTimestamps: true, verbatimSymlinks: true });
  if (process.getuid?.() === 0) chownSync(to, NOBODY, NOBODY);
}

function start([program = '', ...args]: string[], environment: Record<string, string>): Execution {
  return new Execution((execution) => {
    const child: ChildProcessWithoutNullStreams = spawn(program, args, { env: environment, stdio: 'pipe', detached: true });
    child.stdout.on('data', (chunk: Buffer) => execution.stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => execution.stderr.push(chunk));
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => {
      execution.stderr.push(Buffer.from(error.message));
      execution.finish({ code: NOT_FOUND });
    });
    child.once('close', (code) => execution.finish(code === null ? { signal: SIGKILL } : { code }));
    return {
      write: (bytes) => void child.stdin.write(bytes),
      closeInput: () => void child.stdin.end(),
      kill: () => killGroup(child.pid),
    };
  });
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
