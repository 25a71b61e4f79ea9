/**
 * Holds rendering at Modal to its suite in a real workspace, where there is a token for one: a few cents, and ten minutes.
 *
 *   MODAL_TOKEN_ID=… MODAL_TOKEN_SECRET=… npm run test:modal-live
 *
 * The image has to be there: npm run deploy -- --env dev
 */
import { spawn } from 'node:child_process';

const hasToken = Boolean(process.env['MODAL_TOKEN_ID'] && process.env['MODAL_TOKEN_SECRET']);
if (hasToken) {
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project=modal-live'], { stdio: 'inherit' });
  process.exitCode = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
} else {
  process.stdout.write('Skipped: MODAL_TOKEN_ID and MODAL_TOKEN_SECRET are not set.\n');
}
