import type { App, Image, ModalClient } from 'modal';
import { LecternError } from '../../shared/errors.ts';
import type { BuildLog } from './build-log.ts';
import type { Recipes } from './recipes.ts';

export interface Builder {
  modal: ModalClient;
  app: App;
  log: BuildLog;
}

/** Builds the render image; layers that Modal has are not built again. @throws LecternError `image_build_failed` */
export const buildRenderImage = ({ modal, app, log }: Builder, { render }: Recipes): Promise<Image> =>
  told(log, () => modal.images.fromRegistry(render.base).dockerfileCommands(render.commands).build(app));

/** Builds the service image on top of the render image. @throws LecternError `image_build_failed` */
export const buildServiceImage = ({ app, log }: Builder, { service }: Recipes, render: Image): Promise<Image> =>
  told(log, () => render.dockerfileCommands(service.commands).build(app));

/** The SDK says that a build failed; the builder's own words say why. */
async function told(log: BuildLog, build: () => Promise<Image>): Promise<Image> {
  log.take();
  try {
    return await build();
  } catch (cause) {
    const words = [cause instanceof Error ? cause.message : 'The build failed.', log.take()].filter((part) => part !== '').join('\n');
    throw new LecternError('image_build_failed', {
      message: `The image could not be built, and nothing was changed. ${words}`,
      fix: 'Read the last lines above; "npm run test:images" carries out the same steps on this machine.',
      cause,
    });
  }
}
