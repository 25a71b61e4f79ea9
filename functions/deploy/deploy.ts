import type { App, Image, ModalClient } from 'modal';
import type { BuildLog } from './build-log.ts';
import { buildRenderImage, buildServiceImage } from './build-images.ts';
import { checkRenderImage } from './check-image.ts';
import { appName, type Deployment, imageName, type ImageKind } from './names.ts';
import { findSecrets, wakeOrchestrator } from './orchestrator.ts';
import type { Recipes } from './recipes.ts';

export interface Deploying {
  modal: ModalClient;
  deployment: Deployment;
  recipes: Recipes;
  log: BuildLog;
  /** Where any host runs `npm run worker`, there is no orchestrator, and no secret is asked for. */
  withOrchestrator: boolean;
  tell: (line: string) => void;
}

export interface Deployed {
  tag: string;
  renderImageId: string;
  serviceImageId: string;
  orchestrator: { sandboxId: string; outcome: 'started' | 'runs' } | undefined;
}

/**
 * Builds both images, draws the test scene in a sandbox of the render image, and only then lets new jobs find them: until the last step
 * nothing that runs has been touched, and jobs under way keep the image that they began with.
 * @throws LecternError `secrets_missing`, `image_build_failed`, `image_fails`, `orchestrator_failed`
 */
export async function deploy(deploying: Deploying): Promise<Deployed> {
  const { modal, deployment, recipes, log, tell, withOrchestrator } = deploying;
  const app = await modal.apps.fromName(appName(deployment), { createIfMissing: true });
  if (withOrchestrator) await findSecrets(modal);
  tell(`Building the render image ${recipes.tag}.`);
  const render = await buildRenderImage({ modal, app, log }, recipes);
  tell('Drawing the test scene in a sandbox of it.');
  const { report } = await checkRenderImage({ modal, app, image: render });
  tell(`It drew ${report.frames} frames with Manim ${report.versions['manim'] ?? 'of some version'} in ${report.resources.wallSeconds.toFixed(1)} s.`);
  tell('Building the service image.');
  const service = await buildServiceImage({ modal, app, log }, recipes, render);
  await publish(deploying, [['service', service], ['render', render]]);
  tell(`New jobs are drawn with ${imageName(deployment, 'render', recipes.tag)}.`);
  const orchestrator = withOrchestrator ? await start(deploying, { app, service }) : undefined;
  return { tag: recipes.tag, renderImageId: render.imageId, serviceImageId: service.imageId, orchestrator };
}

/** First under the name that stays, for all of them; then under the one that new jobs go by. */
async function publish({ deployment, recipes }: Deploying, images: [ImageKind, Image][]): Promise<void> {
  for (const tag of [recipes.tag, undefined]) {
    for (const [kind, image] of images) await image.publish(imageName(deployment, kind, tag));
  }
}

async function start({ modal, deployment, tell }: Deploying, { app, service }: { app: App; service: Image }): Promise<Deployed['orchestrator']> {
  tell('Starting an orchestrator.');
  const woken = await wakeOrchestrator({ modal, app, image: service, deployment });
  tell(`Orchestrator ${woken.sandboxId} takes jobs${woken.outcome === 'runs' ? ', as before' : ''}.`);
  return woken;
}
