import { accessSync, constants, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { LecternError } from '../../../shared/errors.ts';
import type { FormulaCheck, MediaTool, Renderer } from '../port.ts';
import { createFormulaCheck } from './formula-check.ts';
import { installPackage } from './install-package.ts';
import { createLauncher } from './launcher.ts';
import type { ResourceLimits } from './limits.ts';
import { createMediaTool } from './media-tool.ts';
import { requireSandbox } from './probe.ts';
import { readPythonEnvironment, type PythonEnvironment } from './python-environment.ts';
import { createRenderer } from './renderer.ts';
import type { Guard } from './sandbox.ts';
import { prepareScratch } from './scratch.ts';
import { openTexCache } from './tex-cache.ts';
import { createTexCompiler } from './tex-compiler.ts';
import { localTexRuns } from './tex-run.ts';

export interface LocalComputeOptions {
  /** The interpreter in the virtual environment that has Manim. */
  python: string;
  /** The folder in which the Python package `lectern_render` stands. */
  packageFolder: string;
  /** Where copies of the package, the TeX cache and scratch folders are kept. As root: readable by everybody. */
  dataFolder: string;
  /** Runs everything without a sandbox, and says so in every report. */
  unsafeNoSandbox?: boolean;
  /** How many formulas are compiled at once; all cores of the machine unless given. */
  cores?: number;
  /** In the place of those that the size of a section gives. */
  sectionLimits?: Partial<ResourceLimits>;
  texLimits?: Partial<ResourceLimits>;
  mediaLimits?: Partial<ResourceLimits>;
  /** Guards taken away: for tests only. */
  without?: readonly Guard[];
  /** What the environment guard keeps out: for tests only. */
  outerEnvironment?: Record<string, string>;
}

export interface LocalCompute {
  renderer: Renderer;
  formulas: FormulaCheck;
  media: MediaTool;
}

/**
 * Rendering, LaTeX and ffmpeg on this machine, each run in a sandbox of its own. Throws a `LecternError` with the code
 * `sandbox_unavailable` where there is none, unless `unsafeNoSandbox` is set, and `not_set_up` where Python or a folder is not there.
 */
export async function createLocalCompute(options: LocalComputeOptions): Promise<LocalCompute> {
  const { unsafeNoSandbox = false, without = [], cores = availableParallelism() } = options;
  if (!unsafeNoSandbox) requireSandbox();
  const dataFolder = resolve(options.dataFolder);
  const scratchFolder = join(dataFolder, 'scratch');
  prepareScratch(scratchFolder, Date.now());
  const python = findPython(resolve(options.python));
  const asNobody = process.getuid?.() === 0 && !unsafeNoSandbox && !without.includes('user');
  if (asNobody) [scratchFolder, ...python.folders].forEach(requireReadable);

  const installed = installPackage(resolve(options.packageFolder), dataFolder);
  const launcher = createLauncher({ dataFolder, scratchFolder, unsafeNoSandbox, without, outerEnvironment: options.outerEnvironment ?? {} });
  const cache = await openTexCache(join(dataFolder, 'tex'));
  const scriptPath = join(installed.folder, 'lectern_render', 'tex_worker.py');
  const tex = createTexCompiler({ start: localTexRuns({ launcher, python, scriptPath }), cache, cores, limits: options.texLimits ?? {} });
  const media = await createMediaTool({ launcher, scratchFolder, asNobody, limits: options.mediaLimits ?? {} });
  const renderer = createRenderer({
    launcher, python, installed, tex, media,
    texCacheFolder: cache.folder,
    limits: options.sectionLimits ?? {},
    checksClips: !without.includes('clipCheck'),
  });
  return { renderer, formulas: createFormulaCheck(tex), media };
}

function findPython(interpreter: string): PythonEnvironment {
  try {
    accessSync(interpreter, constants.X_OK);
    return readPythonEnvironment(interpreter);
  } catch (cause) {
    throw new LecternError('not_set_up', { message: 'The Python environment with Manim is not there.', fix: 'Run "npm run setup".', cause });
  }
}

/** As root, sandboxes run as nobody, who has to reach what is bound into them. */
function requireReadable(folder: string): void {
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    if ((statSync(path).mode & 0o001) !== 0) continue;
    throw new LecternError('sandbox_unavailable', {
      message: `The sandbox's user cannot enter ${path}, and ${folder} stands in it.`,
      fix: `Set LECTERN_DATA to a folder that everybody may enter, such as /var/lib/lectern, or run "chmod o+x ${path}".`,
    });
  }
}
