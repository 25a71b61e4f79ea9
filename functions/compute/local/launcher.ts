import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupParent, createMemoryCgroup, findCgroup } from './cgroup.ts';
import { runContained, startContained, type ContainedProcess, type Launch, type StartedAhead } from './contained-process.ts';
import { readHost } from './host.ts';
import { createUsageWatch } from './usage-watch.ts';
import { limitArguments, sandboxArguments, scratchFolder, type Confinement, type Guard } from './sandbox.ts';
import { buildSeccompFilter } from './seccomp.ts';

export interface LauncherOptions {
  /** Lectern's own folder for what it keeps; the filter stands in it. */
  dataFolder: string;
  /** Where folders that last for one run stand. */
  scratchFolder: string;
  /** Runs programs as they are, with per-process limits only. */
  unsafeNoSandbox: boolean;
  /** Guards taken away: for tests only. */
  without: readonly Guard[];
  /** What the environment guard keeps out: handed on where that guard is taken away. */
  outerEnvironment: Record<string, string>;
}

export interface Launcher {
  readonly contained: boolean;
  run(confinement: Confinement, signal: AbortSignal): ContainedProcess;
  /** Starts what gets its limits with `begin`; those of the confinement are what the kernel holds it to from the first. */
  startAhead(confinement: Confinement): StartedAhead;
}

const PLAIN_PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin:/Library/TeX/texbin';
const SANDBOX_PATH = '/usr/bin:/bin';

/** Runs programs in sandboxes, or plainly where that was asked for. */
export function createLauncher(options: LauncherOptions): Launcher {
  const usageWatch = createUsageWatch();
  const prepare = options.unsafeNoSandbox ? preparePlain : sandboxPreparation(options);
  return {
    contained: !options.unsafeNoSandbox,
    run(confinement, signal) {
      const { launch, afterwards } = prepare({ ...confinement, without: options.without }, options);
      const contained = runContained(launch, { usageWatch, signal });
      return { ...contained, ended: contained.ended.finally(afterwards) };
    },
    startAhead(confinement) {
      const { launch, afterwards } = prepare({ ...confinement, without: options.without }, options);
      const contained = startContained(launch, usageWatch);
      return { ...contained, ended: contained.ended.finally(afterwards) };
    },
  };
}

type Preparation = (confinement: Confinement, options: LauncherOptions) => { launch: Launch; afterwards: () => void };

function sandboxPreparation({ dataFolder, without }: LauncherOptions): Preparation {
  const host = readHost();
  const filterPath = without.includes('seccomp') ? undefined : writeFilter(dataFolder, without.includes('network'));
  const groupParent = findOwnCgroupParent();
  return (confinement, { outerEnvironment }) => ({
    launch: {
      argv: sandboxArguments({ ...confinement, environment: { ...sandboxEnvironment, ...confinement.environment } }, host),
      folder: '/',
      // bubblewrap's own environment can be read inside, as that of process 1: it gets none of ours.
      environment: { PATH: SANDBOX_PATH, ...(without.includes('environment') ? outerEnvironment : {}) },
      filterPath,
      limits: confinement.limits,
      without: confinement.without ?? [],
      cgroup: groupParent === undefined || without.includes('memory')
        ? undefined
        : createMemoryCgroup(groupParent, { name: `lectern-${randomUUID()}`, limitMiB: confinement.limits.memoryMiB }),
      killsGroup: without.includes('processTable'),
    },
    afterwards: () => undefined,
  });
}

const sandboxEnvironment = {
  PATH: SANDBOX_PATH, HOME: scratchFolder, TMPDIR: scratchFolder, LANG: 'C.UTF-8', TEXMFVAR: `${scratchFolder}/texmf`, OPENBLAS_NUM_THREADS: '1',
};

/** Without a sandbox: a folder of its own, per-process limits where the system has prlimit, and the watchdog. */
const preparePlain: Preparation = (confinement, options) => {
  const folder = join(options.scratchFolder, randomUUID());
  mkdirSync(folder, { mode: 0o700 });
  const environment = { ...sandboxEnvironment, PATH: PLAIN_PATH, HOME: folder, TMPDIR: folder, TEXMFVAR: join(folder, 'texmf'), ...confinement.environment };
  const limits = existsSync('/usr/bin/prlimit') ? limitArguments(confinement.limits, new Set<Guard>(['processCount', ...(confinement.without ?? [])])) : [];
  return {
    launch: {
      argv: [...limits, ...confinement.command],
      folder: confinement.writable ?? folder,
      environment,
      filterPath: undefined,
      limits: confinement.limits,
      without: confinement.without ?? [],
      cgroup: undefined,
      killsGroup: true,
    },
    afterwards: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** The filter as a file; every run opens it anew, since bubblewrap reads it from the descriptor's position. */
function writeFilter(dataFolder: string, allowInternetSockets: boolean): string {
  const path = join(dataFolder, allowInternetSockets ? 'seccomp-with-network.bpf' : 'seccomp.bpf');
  const partial = `${path}.${randomUUID()}`;
  writeFileSync(partial, buildSeccompFilter({ allowInternetSockets }));
  renameSync(partial, path);
  return path;
}

function findOwnCgroupParent(): string | undefined {
  const [selfCgroup, mountInfo] = ['/proc/self/cgroup', '/proc/self/mountinfo'].map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : ''));
  const found = findCgroup({ selfCgroup: selfCgroup ?? '', mountInfo: mountInfo ?? '' });
  return found === undefined ? undefined : cgroupParent(found);
}
