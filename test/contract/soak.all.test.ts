import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { processTree, readProcesses } from '../../functions/compute/local/process-tree.ts';
import { makeCompute, makeFolder, renderScene, smallJob } from '../support/compute.ts';

const SCENES = 500;
const SIDE_BY_SIDE = 4;
const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (number: number): string =>
  ['from manim import *', 'from lectern_render import LessonScene', 'class Section(LessonScene):', '    def construct(self):', `        self.play(FadeIn(Square(${1 + (number % 3)})), run_time=0.4)`, ...(number % 7 === 0 ? ['        raise KeyError("no")'] : ['        self.wait(0.2)'])].join('\n');
const below = (): number[] => processTree(process.pid, readProcesses()).slice(1);
const isZombie = (id: number): boolean => readFileSync(`/proc/${id}/stat`, 'utf8').includes(') Z ');

it(`${SCENES} small scenes leave no memory, no process and no file behind`, { timeout: 3_600_000 }, async () => {
  const before = below();
  const dataFolder = join(folder, 'data');
  const compute = await makeCompute({ dataFolder, waitingWorkers: SIDE_BY_SIDE });
  const resident: number[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let number = next++; number < SCENES; number = next++) {
      const clip = join(folder, `${number}.mp4`);
      const { failure } = await renderScene(compute, smallJob(codeOf(number), 10), clip);
      expect(failure?.errorClass).toBe(number % 7 === 0 ? 'KeyError' : undefined);
      rmSync(clip, { force: true });
      if (number % 50 === 49) resident.push(process.memoryUsage.rss());
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  expect(below().filter(isZombie)).toEqual([]);
  await compute.close();
  await expect.poll(() => below().filter((id) => !before.includes(id))).toEqual([]);
  expect(readdirSync(folder)).toEqual(['data']);
  expect(readdirSync(join(dataFolder, 'scratch'))).toEqual([]);
  const inMiB = resident.map((bytes) => Math.round(bytes / 2 ** 20));
  console.log(`resident memory after each fifty scenes, MiB: ${inMiB.join(' ')}`);
  // The first fifth warms up; afterwards it may breathe, not grow.
  expect((resident.at(-1) ?? 0) / (resident[1] ?? 1)).toBeLessThan(1.3);
});
