/** Holds the frames of scenes against those that Manim draws: `node scripts/pixels.ts [--everyday] [--full] [--scenes FILE…]`. */
import { spawnSync } from 'node:child_process';
import { readSetup } from './read-setup.ts';

const { python } = await readSetup();
process.exitCode = spawnSync(python, ['docker/render/tests/pixels/run.py', ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
