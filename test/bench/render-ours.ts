// Renders scenes through the sandbox, all at once as a film's sections are: node test/bench/render-ours.ts PLAN.json. Without scenes it measures
// what a worker uses before its job.
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { createLocalCompute } from '../../functions/compute/local/local-compute.ts';
import { readTree } from '../../functions/compute/local/process-tree.ts';
import { encoderProfiles } from '../../shared/contract/quality.ts';
import { readSetup } from '../../scripts/read-setup.ts';

const planSchema = z.object({
  dataFolder: z.string(),
  quality: z.enum(['preview', 'standard', 'final']),
  cores: z.int(),
  waitingWorkers: z.int(),
  scenes: z.array(z.object({ path: z.string(), frames: z.int(), clipPath: z.string() })),
  resultPath: z.string(),
});

const plan = planSchema.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const { python } = await readSetup();
const begun = performance.now();
const compute = await createLocalCompute({ python, packageFolder: 'docker/render', dataFolder: plan.dataFolder, cores: plan.cores, waitingWorkers: plan.waitingWorkers });
const waitingSeconds = plan.waitingWorkers > 0 ? await untilIdle() : 0;
const started = plan.waitingWorkers > 0 ? performance.now() : begun;

const never = new AbortController().signal;
const reports = await Promise.all(plan.scenes.map(({ path, frames, clipPath }) => compute.renderer.render({ job: jobOf(readFileSync(path, 'utf8'), frames), assetPaths: [], clipPath }, { signal: never, onFrames: () => undefined })));
const wallSeconds = (performance.now() - started) / 1000;
await compute.close();
const drawingSeconds = reports.reduce((sum, { resources }) => sum + resources.cpuSeconds, 0);
writeFileSync(plan.resultPath, JSON.stringify({ wallSeconds, waitingSeconds, drawingSeconds, failures: reports.flatMap(({ failure }) => failure ?? []) }));

/** Workers that wait have loaded Manim once none of them uses processor time any more; answers how much of it they have used. */
async function untilIdle(): Promise<number> {
  for (let before = -1, used = 0; ; before = used) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const tree = readTree(process.pid);
    tree.delete(process.pid);
    used = [...tree.values()].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    if (used > 0 && used === before) return used;
  }
}

function jobOf(sceneCode: string, totalFrames: number) {
  return {
    protocol: 1 as const, section: 1, title: 'A section', language: 'en', theme: 'dark' as const, symbolColours: {}, sceneCode,
    beats: [{ startFrame: 0, speechEndFrame: 0, endFrame: totalFrames, words: [] }], totalFrames, seed: 1, profile: encoderProfiles[plan.quality], assets: [],
  };
}
