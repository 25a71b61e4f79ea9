import { Probe, type SandboxCreateParams } from 'modal';
import type { RenderName } from '../../../shared/contract/sandbox.ts';

/** What a sandbox may use, and what it is billed for. */
export interface SandboxSize {
  cpu: number;
  memoryMiB: number;
}

export const renderSize: SandboxSize = { cpu: 4, memoryMiB: 8192 };
export const texSize: SandboxSize = { cpu: 2, memoryMiB: 2048 };

/** The longest that any sandbox lives, whatever becomes of whoever wanted it. */
export const LIFETIME_SECONDS = 900;
/** Nobody has asked for a formula for so long. */
const TEX_IDLE_SECONDS = 120;
const PROBE_MILLISECONDS = 250;

/** Where the job is in a render sandbox, and what comes of it: as `lectern_render.attend` has it. */
export const jobFolder = '/job';
export const jobFile = `${jobFolder}/job.json`;
export const resultFile = `${jobFolder}/result.json`;
export const clipFile = `${jobFolder}/clip.mp4`;
export const assetFile = (index: number): string => `${jobFolder}/assets/${index}`;
export const answerFile = (number: number): string => `${jobFolder}/answers/${number}.json`;

/** Set by a command: what is set by the SDK is a secret to Modal, and these sandboxes have none. */
const attend = ['env', 'PYTHONHASHSEED=0', 'PYTHONDONTWRITEBYTECODE=1', `LECTERN_JOB_FOLDER=${jobFolder}`, 'python', '-P', '-m', 'lectern_render.attend'];

/** The file itself: to import it from the package would load Manim first. */
const runTexWorker = "import importlib.util as u, runpy; runpy.run_path(u.find_spec('lectern_render').submodule_search_locations[0] + '/tex_worker.py', run_name='__main__')";
/** Its answers go to descriptor 4, which becomes the output: nothing else that is printed gets in between. */
export const texCommand = ['sh', '-c', 'exec "$@" 4>&1 >/dev/null', 'sh', 'env',
  'openin_any=p', 'openout_any=p', 'shell_escape=f', 'max_print_line=1000', 'error_line=254', 'half_error_line=200', 'PYTHONDONTWRITEBYTECODE=1', 'HOME=/tmp',
  'python', '-P', '-c', runTexWorker];

export type Role = 'render' | 'warm' | 'tex';

export const nameOf = ({ jobId, section }: RenderName): string => `${jobId}-s${section}`;

type Tags = Record<string, string> & { role: Role };

export const renderTags = ({ jobId, section, renderKey }: RenderName): Tags => ({ role: 'render', job: jobId, section: String(section), render: renderKey });
export const warmTags = (name: string): Tags => ({ role: 'warm', waiting: name });
export const texTags = (jobId: string): Tags => ({ role: 'tex', job: jobId });

const sized = ({ cpu, memoryMiB }: SandboxSize): SandboxCreateParams => ({ cpu, cpuLimit: cpu, memoryMiB, memoryLimitMiB: memoryMiB, timeoutMs: LIFETIME_SECONDS * 1000 });

/** A sandbox that draws: no network, no secret, nothing mounted. One that is to wait for its section has a name of its own. */
export const renderSandbox = (name: RenderName | string): SandboxCreateParams => ({
  ...sized(renderSize),
  blockNetwork: true,
  command: attend,
  readinessProbe: Probe.withExec(['test', '-e', `${jobFolder}/ready`], { intervalMs: PROBE_MILLISECONDS }),
  ...(typeof name === 'string' ? { tags: warmTags(name) } : { name: nameOf(name), tags: renderTags(name) }),
});

/** A sandbox that compiles the formulas of one job, and sees nothing else of it. */
export const texSandbox = (jobId: string): SandboxCreateParams => ({
  ...sized(texSize),
  idleTimeoutMs: TEX_IDLE_SECONDS * 1000,
  blockNetwork: true,
  tags: texTags(jobId),
});
