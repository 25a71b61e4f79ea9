import type { RenderJob } from '../../shared/contract/job.ts';
import type { SectionReport } from '../../shared/contract/report.ts';

export interface RenderTask {
  job: RenderJob;
  /** Paths on the host, in the order of `job.assets`. */
  assetPaths: string[];
  /** Where the clip is to be written, when there is one. */
  clipPath: string;
}

/** What a program printed, and the command that it was started with, without the paths of this host. */
export interface ProgramOutput {
  stdout: string;
  /** Its end, where programs say what went wrong. */
  stderr: string;
  command: string[];
}

export interface RenderHooks {
  signal: AbortSignal;
  onFrames: (framesDone: number, framesTotal: number) => void;
  /** Called once, when the program of a scene has ended. */
  onOutput?: (output: ProgramOutput) => void;
}

/** Scene code to silent video. A scene that fails is data (`report.failure`); the promise rejects on abort only. */
export interface Renderer {
  /** Names everything besides the job that decides the pixels: package, Manim, encoder. Part of cache keys. */
  readonly identity: string;
  render(task: RenderTask, hooks: RenderHooks): Promise<SectionReport>;
}

/** LaTeX to fault: which of the formulas do not compile, and what TeX says of each. */
export interface FormulaCheck {
  check(formulas: string[], signal: AbortSignal): Promise<{ formula: string; message: string }[]>;
}

export interface MediaTask {
  program: 'ffmpeg' | 'ffprobe';
  args: string[];
  /** The tool's working folder: every file that `args` name stands in it, or is to be written there. */
  folder: string;
}

/** Runs ffmpeg or ffprobe. A run that fails is data. */
export interface MediaTool {
  readonly identity: string;
  run(task: MediaTask, signal: AbortSignal): Promise<{ exitCode: number; stdout: Buffer; stderr: string }>;
}
