import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, it } from 'vitest';
import { processTree, readProcesses } from '../../functions/compute/local/process-tree.ts';
import { makeCompute, makeFolder, renderScene, smallJob } from '../support/compute.ts';

const SCENES = 500;
const SCENES_A_LOOK = 50;
const SIDE_BY_SIDE = 4;
const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (number: number): string =>
  ['from manim import *', 'from lectern_render import LessonScene', 'class Section(LessonScene):', '    def construct(self):', `        self.play(FadeIn(Square(${1 + (number % 3)})), run_time=0.4)`, ...(number % 7 === 0 ? ['        raise KeyError("no")'] : ['        self.wait(0.2)'])].join('\n');
const below = (): number[] => processTree(process.pid, readProcesses()).slice(1);
const isZombie = (id: number): boolean => readFileSync(`/proc/${id}/stat`, 'utf8').includes(') Z ');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
/** What is held on to, in bytes: what nobody needs any more is collected first, which V8 would do only when it must. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
const inMiB = (bytes: number[]): string => bytes.map((each) => (each / 2 ** 20).toFixed(1)).join(' ');

it(`${SCENES} small scenes leave no memory, no process and no file behind`, { timeout: 3_600_000 }, async () => {
  const before = below();
  const dataFolder = join(folder, 'data');
  const compute = await makeCompute({ dataFolder, waitingWorkers: SIDE_BY_SIDE });
  const [held, resident]: [number[], number[]] = [[], []];
  let done = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let number = next++; number < SCENES; number = next++) {
      const clip = join(folder, `${number}.mp4`);
      const { failure } = await renderScene(compute, smallJob(codeOf(number), 10), clip);
      expect(failure?.errorClass).toBe(number % 7 === 0 ? 'KeyError' : undefined);
      rmSync(clip, { force: true });
      done += 1;
      if (done % SCENES_A_LOOK > 0) continue;
      held.push(heldBytes());
      resident.push(process.memoryUsage.rss());
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  expect(below().filter(isZombie)).toEqual([]);
  await compute.close();
  await expect.poll(() => below().filter((id) => !before.includes(id))).toEqual([]);
  expect(readdirSync(folder)).toEqual(['data']);
  expect(readdirSync(join(dataFolder, 'scratch'))).toEqual([]);
  console.log(`MiB after each ${SCENES_A_LOOK} scenes, held on to: ${inMiB(held)}; resident: ${inMiB(resident)}`);
  // The first fifth warms up.
  expect((held.at(-1) ?? 0) / (held[1] ?? 1)).toBeLessThan(1.1);
  expect((resident.at(-1) ?? 0) / (resident[1] ?? 1)).toBeLessThan(2);
});
