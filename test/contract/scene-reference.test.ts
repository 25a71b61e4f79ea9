import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packageFolder, pythonOfSetup } from '../support/compute.ts';

/** `npx vitest run --project contract test/contract/scene-reference.test.ts --update` writes it anew. */
test('models are told of the blocks, and of the names of Manim, as they are now', async () => {
  const { stdout } = await promisify(execFile)(pythonOfSetup, ['-m', 'lectern_render.blocks_index'], { cwd: packageFolder, maxBuffer: 1e7 });
  await expect(stdout).toMatchFileSnapshot('../../functions/prompts/scene-reference.json');
});
