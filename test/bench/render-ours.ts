// Renders a folder's scenes through the sandbox, all at once as a film's sections are: node test/bench/render-ours.ts PLAN.json
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { createLocalCompute } from '../../functions/compute/local/local-compute.ts';
import { memoryMiB, processTree, readProcesses } from '../../functions/compute/local/process-tree.ts';
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
const workers = (): number[] => processTree(process.pid, readProcesses()).filter((id) => id !== process.pid);
if (plan.waitingWorkers > 0) await untilIdle();
const started = plan.waitingWorkers > 0 ? performance.now() : begun;

let peakMiB = 0;
const looking = setInterval(() => void (peakMiB = Math.max(peakMiB, memoryMiB([process.pid, ...workers()], 0))), 250);
const never = new AbortController().signal;
const reports = await Promise.all(plan.scenes.map(({ path, frames, clipPath }) => compute.renderer.render({ job: jobOf(readFileSync(path, 'utf8'), frames), assetPaths: [], clipPath }, { signal: never, onFrames: () => undefined })));
clearInterval(looking);
const wallSeconds = (performance.now() - started) / 1000;
await compute.close();
const cpuSeconds = reports.reduce((sum, { resources }) => sum + resources.cpuSeconds, 0) + reports.length * (await secondsToStart());
writeFileSync(plan.resultPath, JSON.stringify({ wallSeconds, peakMiB, cpuSeconds, failures: reports.flatMap(({ failure }) => failure ?? []), notes: reports.map(({ notes }) => notes) }));

/** CPU seconds that one worker uses before its job: nobody is told them of a worker that is ended with its section. */
async function secondsToStart(): Promise<number> {
  const one = await createLocalCompute({ python, packageFolder: 'docker/render', dataFolder: plan.dataFolder, cores: 1, waitingWorkers: 1 });
  await untilIdle();
  const processes = readProcesses();
  const used = workers().reduce((sum, id) => sum + (processes.get(id)?.cpuSeconds ?? 0), 0);
  await one.close();
  return used;
}

/** Workers that wait have loaded Manim once none of them uses processor time any more. */
async function untilIdle(): Promise<void> {
  for (let before = -1, used = 0; ; before = used) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const processes = readProcesses();
    used = workers().reduce((sum, id) => sum + (processes.get(id)?.cpuSeconds ?? 0), 0);
    if (used > 0 && used === before) return;
  }
}

function jobOf(sceneCode: string, totalFrames: number) {
  return {
    protocol: 1 as const, section: 1, title: 'A section', language: 'en', theme: 'dark' as const, symbolColours: {}, sceneCode,
    beats: [{ startFrame: 0, speechEndFrame: 0, endFrame: totalFrames, words: [] }], totalFrames, seed: 1, profile: encoderProfiles[plan.quality], assets: [],
  };
}
