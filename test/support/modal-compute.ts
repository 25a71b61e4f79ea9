import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { SandboxClaims } from '../../shared/contract/sandbox.ts';
import { memoryClaims } from '../../functions/compute/modal/memory-claims.ts';
import { createModalCompute, type ModalCompute, type ModalComputeOptions, type ModalJob } from '../../functions/compute/modal/modal-compute.ts';
import type { SandboxUse } from '../../functions/compute/modal/use.ts';
import { makeCompute, makeFolder, never } from './compute.ts';
import type { Emulator } from './modal-emulator/emulator.ts';
import { APP, clientOf, IMAGE } from './modal-emulator/published.ts';

export interface LoggedLine {
  level: string;
  fields: Record<string, unknown>;
  message: string;
}

export interface ModalBench {
  compute: ModalCompute;
  claims: SandboxClaims;
  uses: SandboxUse[];
  log: LoggedLine[];
  dataFolder: string;
  job: (job?: Partial<ModalJob>) => ReturnType<ModalCompute['forJob']>;
}

/** The adapter on an emulator, with what it did and said. */
export async function modalOn(emulator: Pick<Emulator, 'token'>, options: Partial<ModalComputeOptions> = {}): Promise<ModalBench> {
  const dataFolder = options.dataFolder ?? makeFolder();
  const media = options.media ?? (await makeCompute({ dataFolder: join(dataFolder, 'local') })).media;
  const claims = options.claims ?? memoryClaims(() => Date.now());
  const uses: SandboxUse[] = [];
  const log: LoggedLine[] = [];
  const lines = (level: string) => (fields: Record<string, unknown>, message: string) => void log.push({ level, fields, message });
  const compute = await createModalCompute({
    connect: () => clientOf(emulator),
    appName: APP,
    imageName: IMAGE,
    budget: { pausesMilliseconds: [20] },
    ...options,
    claims, media, dataFolder,
    log: { debug: lines('debug'), info: lines('info'), warn: lines('warn') },
  });
  const job = (wished: Partial<ModalJob> = {}) => compute.forJob({ jobId: randomUUID(), handedOver: never, onUse: (use) => void uses.push(use), ...wished });
  return { compute, claims, uses, log, dataFolder, job };
}
