import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderImage } from './render-image.ts';
import { startEmulator } from './emulator.ts';

/**
 * A local Modal, which prints what to put into the environment as its first line.
 *
 *     node test/support/modal-emulator/main.ts [--port 0] [--state FOLDER]
 */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, state: { type: 'string' } } });

const stateFolder = values.state ?? mkdtempSync(join(tmpdir(), 'modal-emulator-'));
const emulator = await startEmulator({ port: Number(values.port), stateFolder, contents: renderImage() });
process.stdout.write(`MODAL_SERVER_URL=${emulator.url} MODAL_TOKEN_ID=${emulator.token.id} MODAL_TOKEN_SECRET=${emulator.token.secret}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close().then(() => process.exit(0)));
