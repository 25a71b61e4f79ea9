/** Builds `lectern_render` as the wheel that docker/render/Dockerfile copies, and says where it is. */
import { buildWheel } from '../functions/deploy/wheel.ts';
import { readSetup } from './read-setup.ts';

const { python } = await readSetup();
process.stdout.write(`${await buildWheel('.', python)}\n`);
