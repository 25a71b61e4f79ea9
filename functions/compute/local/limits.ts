import type { RenderJob } from '../../../shared/contract/job.ts';

/** What one contained run may use; whatever passes one of these is stopped. */
export interface ResourceLimits {
  /** From the job's arrival to its end. */
  wallSeconds: number;
  /** From the start of the process to its being ready. */
  startSeconds: number;
  /** Of each process. */
  cpuSeconds: number;
  /** Of all processes together, shared pages counted once. */
  memoryMiB: number;
  /** Virtual memory of each process; libraries reserve far more than they use. */
  addressSpaceMiB: number;
  fileMiB: number;
  /** Of each writable folder inside. */
  scratchMiB: number;
  processes: number;
  openFiles: number;
  /** What may be printed on standard output and standard error together. */
  printedMiB: number;
  /** Messages on the pipe, the video apart. */
  messagesMiB: number;
  videoMiB: number;
}

type Size = Pick<RenderJob['profile'], 'width' | 'height'>;

const shared = { startSeconds: 60, openFiles: 256, processes: 256 };

/**
 * Limits of a section. Figures measured with Manim 0.22: a frame costs 5 to 25 ms of CPU from 480p to 1080p and up to ten
 * times that in a crowded scene; the start up to three seconds on a busy machine.
 */
export function sectionLimits({ profile, totalFrames }: { profile: Size; totalFrames: number }): ResourceLimits {
  const megapixels = (profile.width * profile.height) / 1e6;
  const cpuSeconds = Math.ceil(60 + totalFrames * (0.1 + 0.15 * megapixels));
  return {
    ...shared,
    cpuSeconds,
    wallSeconds: 2 * cpuSeconds,
    memoryMiB: Math.ceil(1536 + 1024 * megapixels),
    addressSpaceMiB: 8192,
    fileMiB: 512,
    scratchMiB: 512,
    printedMiB: 8,
    messagesMiB: 32,
    videoMiB: 512,
  };
}

/**
 * What the kernel holds every section's worker to, whatever job it gets; it is started before that is known. Time and memory of the job
 * itself are watched from outside.
 */
export const workerLimits: ResourceLimits = sectionLimits({ profile: { width: 3840, height: 2160 }, totalFrames: 60_000 });

/** Limits of one LaTeX run, for up to a few dozen formulas; one formula takes about half a second. */
export const texLimits = (documents: number): ResourceLimits => ({
  ...shared,
  cpuSeconds: 20,
  wallSeconds: 30 + 5 * documents,
  memoryMiB: 1024,
  addressSpaceMiB: 2048,
  fileMiB: 16,
  scratchMiB: 64,
  printedMiB: 4,
  messagesMiB: 64,
  videoMiB: 0,
});

/** Limits of one run of ffmpeg or ffprobe over a whole film. */
export const mediaLimits: ResourceLimits = {
  ...shared,
  cpuSeconds: 3600,
  wallSeconds: 3600,
  memoryMiB: 3072,
  addressSpaceMiB: 8192,
  fileMiB: 8192,
  scratchMiB: 64,
  printedMiB: 64,
  messagesMiB: 1,
  videoMiB: 0,
};
