import { ModalClient } from 'modal';
import { scratchFolder } from '../command-line.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from './emulator.ts';
import { renderImage } from './render-image.ts';

export const APP = 'lectern-dev';
export const IMAGE = 'lectern-render-dev';

/** A Modal to test against, with the image of Lectern published. */
export async function emulatedModal(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const state = scratchFolder();
  const emulator = await startEmulator({ stateFolder: state.path, contents: renderImage(), ...options });
  // The SDK finds the service by the environment only.
  process.env['MODAL_SERVER_URL'] = emulator.url;
  const client = clientOf(emulator);
  const app = await client.apps.fromName(APP, { createIfMissing: true });
  const image = await client.images.fromRegistry('debian:12-slim').dockerfileCommands(['RUN true']).build(app);
  await image.publish(IMAGE);
  client.close();
  return {
    ...emulator,
    async close() {
      await emulator.close();
      state.remove();
    },
  };
}

export const clientOf = ({ token }: Pick<Emulator, 'token'>): ModalClient => new ModalClient({ tokenId: token.id, tokenSecret: token.secret, logLevel: 'error' });

