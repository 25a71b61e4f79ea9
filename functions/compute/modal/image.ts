import type { Image } from 'modal';
import { LecternError } from '../../../shared/errors.ts';
import type { Connection } from './connection.ts';
import { type Trouble, troubleOf } from './troubles.ts';

/** Whoever deploys waits no longer until new jobs are drawn in the new image. */
const LOOKED_UP_SECONDS = 30;

/**
 * Looks the published image up, and again for jobs that begin later: it may be another by then.
 * @throws LecternError `modal_refused`, `modal_unreachable`, `modal_no_image` where there is none to begin with
 */
export async function watchImage(connection: Connection, name: string): Promise<() => Promise<Image>> {
  let image = await findImage(connection, name);
  let lookedUpAt = performance.now();
  return async () => {
    if (performance.now() - lookedUpAt < LOOKED_UP_SECONDS * 1000) return image;
    lookedUpAt = performance.now();
    // The one that is known goes on to do where it cannot be looked up just then.
    image = await findImage(connection, name).catch(() => image);
    return image;
  };
}

/** The image that new jobs are drawn in. @throws LecternError `modal_refused`, `modal_unreachable`, `modal_no_image` */
async function findImage(connection: Connection, name: string): Promise<Image> {
  try {
    return await connection.use(({ client }) => client.images.fromName(name));
  } catch (error) {
    throw explained(troubleOf(error), name);
  }
}

function explained(trouble: Trouble, image: string): LecternError {
  if (trouble.kind === 'token' || trouble.kind === 'impossible') {
    return new LecternError('modal_refused', { message: trouble.message, fix: 'Set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET to a token of your workspace.', cause: trouble });
  }
  if (trouble.kind === 'lost') {
    const fix = 'Run: npm run deploy -- --env dev, or prod where that is where you are.';
    return new LecternError('modal_no_image', { message: `Modal has no image called ${image}.`, fix, cause: trouble });
  }
  return new LecternError('modal_unreachable', { message: trouble.message, fix: 'Try again in a moment.', retryable: true, cause: trouble });
}
