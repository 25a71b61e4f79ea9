import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Image, ModalClient } from 'modal';
import { createFormulaCheck } from '../local/formula-check.ts';
import type { ResourceLimits } from '../local/limits.ts';
import { openTexCache } from '../local/tex-cache.ts';
import { createTexCompiler, type TexCompiler } from '../local/tex-compiler.ts';
import type { FormulaCheck, MediaTool, Renderer } from '../port.ts';
import type { SandboxClaims } from './claims.ts';
import { openConnection } from './connection.ts';
import { watchImage } from './image.ts';
import type { SandboxLog } from './log.ts';
import { heeded } from './obtain.ts';
import { type Budget, usualBudget } from './patience.ts';
import { createModalRenderer, type SandboxUse } from './renderer.ts';
import { openTexSandbox, type TexSandbox } from './tex-sandbox.ts';

export interface ModalComputeOptions {
  /** A client of the workspace; called again where its token is no longer believed. */
  connect: () => ModalClient;
  appName: string;
  /** The published image that new jobs are drawn in. */
  imageName: string;
  claims: SandboxClaims;
  /** Looks at what comes out of sandboxes: on this host. */
  media: MediaTool;
  /** Where formulas that were compiled are kept, by image. */
  dataFolder: string;
  log: SandboxLog;
  budget?: Partial<Budget>;
  sectionLimits?: Partial<ResourceLimits>;
  texLimits?: Partial<ResourceLimits>;
}

/** What a job brings along. */
export interface ModalJob {
  jobId: string;
  /** Aborted when another process goes on with the job: its sandboxes are left to that. */
  handedOver: AbortSignal;
  onUse: (use: SandboxUse) => void;
}

/** Rendering and LaTeX for one job. */
export interface ModalJobCompute {
  renderer: Renderer;
  formulas: FormulaCheck;
  /** Ends what runs for this job alone, once no part of it is left in this process. */
  close(): Promise<void>;
}

export interface ModalCompute {
  forJob(job: ModalJob): Promise<ModalJobCompute>;
  close(): Promise<void>;
}

/** How many formulas one LaTeX run compiles side by side. */
const TEX_WIDTH = 4;

interface SharedTex {
  compiler: TexCompiler;
  sandbox: TexSandbox;
  cacheFolder: string;
  users: number;
}

/**
 * Rendering and LaTeX in sandboxes at Modal. @throws LecternError `modal_refused`, `modal_unreachable`, `modal_no_image` where it cannot
 * be reached at all
 */
export async function createModalCompute(options: ModalComputeOptions): Promise<ModalCompute> {
  const { claims, log } = options;
  const connection = openConnection(options.connect, options.appName);
  const budget: Budget = { ...usualBudget, ...options.budget };
  const newestImage = await watchImage(connection, options.imageName);
  const jobs = new Map<string, Promise<SharedTex>>();

  const imageFor = async (jobId: string): Promise<Image> => {
    const newest = await newestImage();
    const imageId = await heeded(claims.imageOf({ jobId, app: options.appName, image: newest.imageId }), log);
    return imageId === undefined || imageId === newest.imageId ? newest : connection.use(({ client }) => client.images.fromId(imageId));
  };
  const texOf = async ({ jobId, onUse }: ModalJob, image: Image): Promise<SharedTex> => {
    const sandbox = openTexSandbox({ jobId, connection, image, budget, log, onUse });
    const cacheFolder = join(options.dataFolder, 'tex-at-modal', image.imageId);
    mkdirSync(cacheFolder, { recursive: true });
    const cache = await openTexCache(cacheFolder);
    return { sandbox, cacheFolder, users: 0, compiler: createTexCompiler({ start: sandbox.start, cache, cores: TEX_WIDTH, limits: options.texLimits ?? {} }) };
  };

  return {
    async forJob(job) {
      const image = await imageFor(job.jobId);
      const opening = jobs.get(job.jobId) ?? texOf(job, image);
      jobs.set(job.jobId, opening);
      const tex = await opening;
      tex.users += 1;
      const parts = { connection, image, claims, budget, log, media: options.media, limits: options.sectionLimits ?? {}, tex: tex.compiler, texCacheFolder: tex.cacheFolder };
      return {
        renderer: createModalRenderer({ ...parts, ...job }),
        formulas: createFormulaCheck(tex.compiler),
        async close() {
          tex.users -= 1;
          if (tex.users > 0) return;
          jobs.delete(job.jobId);
          await tex.sandbox.close();
        },
      };
    },
    async close() {
      for (const opening of jobs.values()) await (await opening).sandbox.close();
      connection.close();
    },
  };
}
