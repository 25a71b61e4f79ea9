import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Image, ModalClient } from 'modal';
import { createFormulaCheck } from '../local/formula-check.ts';
import type { ResourceLimits } from '../local/limits.ts';
import { openTexCache } from '../local/tex-cache.ts';
import { createTexCompiler, type TexCompiler } from '../local/tex-compiler.ts';
import type { FormulaCheck, MediaTool, Renderer } from '../port.ts';
import type { SandboxClaims } from '../../../shared/contract/sandbox.ts';
import { type Connection, openConnection } from './connection.ts';
import { watchImage } from './image.ts';
import type { SandboxLog } from './log.ts';
import { heeded } from './obtain.ts';
import { type Budget, usualBudget } from './patience.ts';
import { noPool, openPool, type PoolSize, usualPool } from './pool.ts';
import { createModalRenderer } from './renderer.ts';
import { openTexSandbox, type TexSandbox } from './tex-sandbox.ts';
import type { SandboxUse } from './use.ts';

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
  /** None is started ahead where it is absent. */
  pool?: Partial<PoolSize>;
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
  /** The same, whose sandboxes other processes know of as well, some of them started ahead. */
  sharing(claims: SandboxClaims, pool: Partial<PoolSize>): ModalCompute;
  /** Ends the sandboxes that wait here for a section, and those of formulas. */
  close(): Promise<void>;
}

/** How many formulas one LaTeX run compiles side by side. */
const TEX_WIDTH = 4;

interface Tex {
  compiler: TexCompiler;
  sandbox: TexSandbox;
  cacheFolder: string;
}

/** Of the parts of one job that this process makes. */
interface JobTex {
  users: number;
  opening: Promise<Tex>;
}

/**
 * Rendering and LaTeX in sandboxes at Modal. @throws LecternError `modal_refused`, `modal_unreachable`, `modal_no_image` where it cannot
 * be reached at all
 */
export async function createModalCompute(options: ModalComputeOptions): Promise<ModalCompute> {
  const connection = openConnection(options.connect, options.appName);
  const newestImage = await watchImage(connection, options.imageName);
  const reach = { connection, newestImage, budget: { ...usualBudget, ...options.budget } };
  return computeWith(options, reach);
}

interface Reach {
  connection: Connection;
  newestImage: () => Promise<Image>;
  budget: Budget;
}

function computeWith(options: ModalComputeOptions, reach: Reach): ModalCompute {
  const { claims, log, media, sectionLimits: limits = {} } = options;
  const { connection, newestImage, budget } = reach;
  const jobs = new Map<string, JobTex>();
  const pool = openPool({ owner: randomUUID(), connection, image: newestImage, claims, size: options.pool === undefined ? noPool : { ...usualPool, ...options.pool }, log });
  return {
    async forJob(job) {
      const image = await imageFor(job.jobId, options, reach);
      const shared = jobs.get(job.jobId) ?? { users: 0, opening: openTex(job, image, { options, reach }) };
      jobs.set(job.jobId, shared);
      shared.users += 1;
      const tex = await shared.opening;
      const parts = { connection, image, claims, budget, log, media, limits, tex: tex.compiler, texCacheFolder: tex.cacheFolder, onBegin: () => pool.noteRender() };
      return {
        renderer: createModalRenderer({ ...parts, ...job }),
        formulas: createFormulaCheck(tex.compiler),
        async close() {
          shared.users -= 1;
          if (shared.users > 0) return;
          jobs.delete(job.jobId);
          await tex.sandbox.close();
        },
      };
    },
    sharing: (others, size) => computeWith({ ...options, claims: others, pool: size }, reach),
    async close() {
      await pool.close();
      for (const { opening } of jobs.values()) await (await opening).sandbox.close();
      connection.close();
    },
  };
}

/** The image that the job began with: what is deployed meanwhile is for jobs that begin later. */
async function imageFor(jobId: string, { claims, appName, log }: ModalComputeOptions, { connection, newestImage }: Reach): Promise<Image> {
  const newest = await newestImage();
  const imageId = await heeded(claims.imageOf({ jobId, app: appName, image: newest.imageId }), log);
  return imageId === undefined || imageId === newest.imageId ? newest : connection.use(({ client }) => client.images.fromId(imageId));
}

interface TexSurroundings {
  options: ModalComputeOptions;
  reach: Reach;
}

async function openTex({ jobId, onUse }: ModalJob, image: Image, { options, reach }: TexSurroundings): Promise<Tex> {
  const { log, dataFolder, texLimits: limits = {} } = options;
  const sandbox = openTexSandbox({ jobId, connection: reach.connection, image, budget: reach.budget, log, onUse });
  const cacheFolder = join(dataFolder, 'tex-at-modal', image.imageId);
  mkdirSync(cacheFolder, { recursive: true });
  const cache = await openTexCache(cacheFolder);
  return { sandbox, cacheFolder, compiler: createTexCompiler({ start: sandbox.start, cache, cores: TEX_WIDTH, limits }) };
}
