import { LecternError } from '../../shared/errors.ts';
import type { Materials } from './port.ts';

/** For a lesson that came alone, over HTTP: nothing stands beside it, least of all files of this host. */
export const noMaterials: Materials = {
  async pathOf(name) {
    throw new LecternError('asset_missing', {
      message: `The lesson shows the file “${name}”, and a lesson that is sent over HTTP has no files beside it.`,
      fix: 'Take the image out, or make the film with `npm run lesson -- FILE --publish` where the image is.',
    });
  },
};
