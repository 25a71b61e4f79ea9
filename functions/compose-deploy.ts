import { join } from 'node:path';
import { ModalClient } from 'modal';
import { LecternError } from '../shared/errors.ts';
import { type BuildLog, buildLog } from './deploy/build-log.ts';
import { deploy, type Deployed } from './deploy/deploy.ts';
import { appName, type Deployment, imageName } from './deploy/names.ts';
import { wakeOrchestrator } from './deploy/orchestrator.ts';
import { readRecipes } from './deploy/recipes.ts';
import { buildWheel } from './deploy/wheel.ts';
import type { Config } from './config.ts';

export interface DeployWishes {
  deployment: Deployment;
  withOrchestrator: boolean;
  tell: (line: string) => void;
  /** Every word of the builders. */
  tellBuilder: (text: string) => void;
}

/** @throws LecternError as `deploy` and `readRecipes`, and `modal_refused` without a token that Modal believes */
export async function deployToModal(config: Config, { tellBuilder, ...wishes }: DeployWishes): Promise<Deployed> {
  await buildWheel(config.checkout, join(config.venv, 'bin/python'));
  const recipes = await readRecipes(config.checkout);
  const log = buildLog(tellBuilder);
  const modal = openModal(log);
  try {
    return await deploy({ modal, recipes, log, ...wishes }).catch((error: unknown) => {
      throw explained(error);
    });
  } finally {
    modal.close();
  }
}

/** Starts an orchestrator of what was deployed last, where none runs. @throws LecternError `orchestrator_failed`, `secrets_missing`, `modal_refused` */
export async function wakeDeployed(deployment: Deployment): Promise<void> {
  const modal = openModal();
  try {
    const app = await modal.apps.fromName(appName(deployment), { createIfMissing: true });
    const image = await modal.images.fromName(imageName(deployment, 'service'));
    await wakeOrchestrator({ modal, app, image, deployment });
  } catch (error) {
    throw explained(error);
  } finally {
    modal.close();
  }
}

/** The SDK finds the token as its own command line does: MODAL_TOKEN_ID and MODAL_TOKEN_SECRET, else the profile in ~/.modal.toml. */
function openModal(log?: BuildLog): ModalClient {
  try {
    return new ModalClient({ logLevel: 'error', ...(log && { grpcMiddleware: [log.middleware] }) });
  } catch (error) {
    throw explained(error);
  }
}

/** gRPC's number for a token that is not believed. */
const UNAUTHENTICATED = 16;

function explained(error: unknown): unknown {
  const { code, message } = error as { code?: unknown; message?: string };
  if (error instanceof LecternError) return error;
  if (code !== UNAUTHENTICATED && !/token|credential/i.test(message ?? '')) return error;
  return new LecternError('modal_refused', { message: 'Modal does not believe the token, or there is none.', fix: 'Set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET, or run "modal token new".', cause: error });
}
