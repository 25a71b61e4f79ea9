import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { LecternError } from '../../../shared/errors.ts';
import { readHost } from './host.ts';
import { sandboxArguments, TOLD_BY_BUBBLEWRAP } from './sandbox.ts';
import { texLimits } from './limits.ts';

export interface SandboxProbe {
  available: boolean;
  /** Why not, and what to do about it; empty when it is available. */
  reason: string;
  fix: string;
}

const yes: SandboxProbe = { available: true, reason: '', fix: '' };
const no = (reason: string, fix: string): SandboxProbe => ({ available: false, reason, fix });

const STDERR = 2;
const UNSAFE_HINT = 'or, for lessons that you trust as you trust a program, pass --unsafe-no-sandbox';
const tools = { '/usr/bin/bwrap': 'bubblewrap', '/usr/bin/prlimit': 'util-linux', '/usr/bin/setpriv': 'util-linux' };
const APPARMOR_SWITCH = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';

/** Whether programs can be run in the sandbox here: looks for the tools, then starts one empty sandbox. Takes about 30 ms. */
export function probeSandbox(): SandboxProbe {
  if (process.platform !== 'linux') {
    return no(`There is no sandbox for ${process.platform}.`, `Run Lectern in a Linux container, ${UNSAFE_HINT}.`);
  }
  if (process.arch !== 'x64') {
    return no(`The sandbox's system-call filter is written for x86_64, and this machine is ${process.arch}.`, `Render on an x86_64 machine, ${UNSAFE_HINT}.`);
  }
  const missing = Object.entries(tools).find(([path]) => !existsSync(path));
  if (missing !== undefined) return no(`${missing[0]} is missing.`, `Install the package ${missing[1]} (npm run setup), ${UNSAFE_HINT}.`);
  return tryEmptySandbox();
}

function tryEmptySandbox(): SandboxProbe {
  const confinement = { readable: [], environment: {}, limits: texLimits(1), command: ['/usr/bin/true'], without: ['seccomp'] as const };
  const [program = '', ...args] = sandboxArguments(confinement, readHost());
  const stdio = Array.from({ length: TOLD_BY_BUBBLEWRAP + 1 }, (_, descriptor) => (descriptor === STDERR || descriptor === TOLD_BY_BUBBLEWRAP ? 'pipe' : 'ignore'));
  const { status, stderr, error } = spawnSync(program, args, { cwd: tmpdir(), env: { PATH: '/usr/bin' }, stdio, encoding: 'utf8', timeout: 10_000 });
  if (status === 0) return yes;
  return no(`bubblewrap could not start a sandbox: ${(error?.message ?? stderr).trim().slice(0, 300)}`, `${namespaceFix()}, ${UNSAFE_HINT}.`);
}

/** The usual reasons why a user may not make namespaces, by where they show. */
function namespaceFix(): string {
  if (existsSync(APPARMOR_SWITCH) && readFileSync(APPARMOR_SWITCH, 'utf8').trim() === '1') {
    return 'AppArmor keeps users from making namespaces here: run "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0", or give bwrap an AppArmor profile';
  }
  if (existsSync('/.dockerenv')) return 'Docker keeps containers from making namespaces: start it with --security-opt seccomp=unconfined --security-opt systempaths=unconfined';
  return 'Allow unprivileged user namespaces (sysctl user.max_user_namespaces above 0, kernel.unprivileged_userns_clone=1 where it exists)';
}

/** Throws a `LecternError` where there is no sandbox. */
export function requireSandbox(): void {
  const { available, reason, fix } = probeSandbox();
  if (!available) throw new LecternError('sandbox_unavailable', { message: `Scene code is not run without a sandbox. ${reason}`, fix });
}
