import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTestAnswer, TEST_JOB, testCommand } from '../../functions/deploy/test-scene.ts';
import type { BuildState } from './build.ts';
import { type Root, runIn } from './root.ts';

/** Draws the test scene with what stands in the root, as a sandbox would; answers the path of the clip. */
export async function checkRender(root: Root, { environment, folder }: BuildState): Promise<string> {
  await writeFile(join(root.folder, 'tmp/job.json'), `${JSON.stringify(TEST_JOB)}\n`);
  const { exitCode, output } = await runIn(root, { argv: testCommand({ job: '/tmp/job.json', answer: '/tmp/answer' }), environment, folder });
  if (exitCode !== 0) throw new Error(`The worker ended with ${exitCode}:\n${output}`);
  const { video, report } = readTestAnswer(await readFile(join(root.folder, 'tmp/answer')));
  process.stdout.write(`    ${JSON.stringify(report.versions)} ${JSON.stringify(report.resources)}\n`);
  const clip = join(root.folder, 'tmp/scene.mp4');
  await writeFile(clip, video);
  return clip;
}
