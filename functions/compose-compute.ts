import { join } from 'node:path';
import type { SandboxClaims } from '../shared/contract/sandbox.ts';
import { createLocalCompute, type LocalCompute, type LocalComputeOptions } from './compute/local/local-compute.ts';
import type { ModalCompute } from './compute/modal/modal-compute.ts';
import type { SandboxUse } from './compute/modal/use.ts';
import { billOf } from './compute/modal/prices.ts';
import type { FormulaCheck, MediaTool, Renderer } from './compute/port.ts';
import type { Config, ModalConfig } from './config.ts';
import type { Costs, PlannedCall } from './costs/port.ts';
import type { Log } from './telemetry/port.ts';

/** What of a job those who draw for it have to know. */
export interface DrawnJob {
  jobId: string;
  costs: Costs;
  /** Aborted when another process goes on with the job. */
  handedOver: AbortSignal;
}

/** Drawing and formulas for one job, or for a part of it. */
export interface JobCompute {
  renderer: Renderer;
  formulas: FormulaCheck;
  close(): Promise<void>;
}

/** Where sections are drawn. Films are put together on this host, wherever that is. */
export interface Compute {
  media: MediaTool;
  /** Of all jobs of the process together. */
  sectionsAtOnce: number;
  forJob(job: DrawnJob): Promise<JobCompute>;
  /** The same, whose sandboxes other processes know of as well. */
  sharing(claims: SandboxClaims): Compute;
  close(): Promise<void>;
}

export interface ComputeWishes {
  renderLimitSeconds?: number | undefined;
  unsafeNoSandbox: boolean;
  /** Asked for where there is something to say of sandboxes elsewhere. */
  log: () => Log | Promise<Log>;
}

/**
 * @throws LecternError `sandbox_unavailable` or `not_set_up` where this host cannot run what runs here, `modal_refused`, `modal_no_image` or
 * `modal_unreachable` where sections are drawn at Modal and it cannot be reached
 */
export async function openCompute(config: Config, { renderLimitSeconds, unsafeNoSandbox, log }: ComputeWishes): Promise<Compute> {
  const limits: Pick<LocalComputeOptions, 'sectionLimits'> = renderLimitSeconds === undefined ? {} : { sectionLimits: { wallSeconds: renderLimitSeconds } };
  const local = await createLocalCompute({
    python: join(config.venv, 'bin/python'),
    packageFolder: join(config.checkout, 'docker/render'),
    dataFolder: config.dataFolder,
    cores: config.cores,
    unsafeNoSandbox,
    ...limits,
  });
  const { modal } = config.compute;
  // One more than there are cores: while those draw, the next section is spoken.
  if (modal === undefined) return drawnHere(local, config.cores + 1);
  return atModal(await openModal(config, { modal, media: local.media, limits, log: await log() }), local.media, modal);
}

/** Drawing on this host: every job of the process is drawn by the same. */
export const drawnHere = ({ renderer, formulas, media }: LocalCompute, sectionsAtOnce: number): Compute => {
  const compute: Compute = {
    media,
    sectionsAtOnce,
    forJob: async () => ({ renderer, formulas, close: async () => undefined }),
    sharing: () => compute,
    close: async () => undefined,
  };
  return compute;
};

interface ModalWishes {
  modal: ModalConfig;
  media: MediaTool;
  limits: Pick<LocalComputeOptions, 'sectionLimits'>;
  log: Log;
}

async function openModal({ dataFolder }: Config, { modal, media, limits, log }: ModalWishes): Promise<ModalCompute> {
  // Loaded for those who draw there: the SDK takes a while.
  const [{ ModalClient }, { createModalCompute }, { memoryClaims }] = await Promise.all([
    import('modal'),
    import('./compute/modal/modal-compute.ts'),
    import('./compute/modal/memory-claims.ts'),
  ]);
  const { tokenId, tokenSecret, appName, imageName } = modal;
  return createModalCompute({
    connect: () => new ModalClient({ tokenId, tokenSecret, logLevel: 'error' }),
    appName, imageName, media, dataFolder, log,
    claims: memoryClaims(() => Date.now()),
    ...limits,
  });
}

const atModal = (modal: ModalCompute, media: MediaTool, settings: ModalConfig): Compute => ({
  media,
  sectionsAtOnce: settings.sectionsAtOnce,
  forJob: ({ jobId, costs, handedOver }) => modal.forJob({ jobId, handedOver, onUse: (use) => void costs.settle(callOf(use), { ...billOf(use), cached: false }) }),
  sharing: (claims) => atModal(modal.sharing(claims, { most: settings.waitingSandboxes }), media, settings),
  close: () => modal.close(),
});

/**
 * A sandbox as something that is paid. Nothing is set aside before: the most that a quarter of an hour could cost is a hundred times of what a
 * section takes, and a thousand of them at once would stop a film that its cap has room for.
 */
const callOf = ({ sandboxId, section, role }: SandboxUse): PlannedCall => ({
  phase: role === 'tex' ? 'check' : 'render',
  section,
  provider: 'modal',
  model: `sandbox-${role}`,
  key: `sandbox-${sandboxId}`,
  mostMicroDollars: 0,
});
