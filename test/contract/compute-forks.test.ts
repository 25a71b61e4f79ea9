import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalCompute } from '../../functions/compute/local/local-compute.ts';
import { processTree, readProcesses } from '../../functions/compute/local/process-tree.ts';
import { makeCompute, makeFolder, never, renderScene, smallJob } from '../support/compute.ts';

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const newClip = (): string => join(folder, `${randomUUID()}.mp4`);

const HEAD = ['from manim import *', 'from lectern_render import LessonScene', 'import os, signal'];
const scene = (...lines: string[]): string => [...HEAD, 'class Section(LessonScene):', '    def construct(self):', ...lines.map((line) => `        ${line}`)].join('\n');
const workersOf = (): number[] => processTree(process.pid, readProcesses()).filter((id) => commandOf(id).includes('lectern_render.worker') && !commandOf(id).includes('bwrap'));

function commandOf(processId: number): string {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe('a section with cores to spare, in its sandbox', () => {
  let compute: LocalCompute;
  beforeAll(async () => {
    compute = await makeCompute({ dataFolder: join(folder, 'data'), cores: 3 });
  });

  it('gives the clip that one process gives', async () => {
    const code = scene('square = Square()', 'self.play(FadeIn(square), run_time=0.4)', 'self.play(square.animate.shift(RIGHT), run_time=0.6)', 'self.wait(0.4)', 'self.play(Rotate(square), run_time=0.4)');
    const one = await makeCompute({ dataFolder: join(folder, 'one'), cores: 1 });
    const [forked, serial] = [newClip(), newClip()];
    const reports = [await renderScene(compute, smallJob(code, 40), forked), await renderScene(one, smallJob(code, 40), serial)];
    expect(reports.map(({ failure, notes, frames }) => [failure, notes.length, frames])).toEqual([[undefined, 1, 40], [undefined, 1, 40]]);
    // Pieces begin with keyframes, so that the bytes differ.
    expect(readFileSync(forked).equals(readFileSync(serial))).toBe(false);
  });

  it('names the animation and the line that a lost process drew', async () => {
    const code = scene('parent = os.getpid()', 'class Bad(Square):', '    def get_fill_rgbas(self):', '        if os.getpid() != parent:', '            os.kill(os.getpid(), signal.SIGKILL)', '        return super().get_fill_rgbas()', 'self.play(FadeIn(Bad()))');
    const { failure } = await renderScene(compute, smallJob(code), newClip());
    expect(failure).toMatchObject({ kind: 'limit', errorClass: 'DrawingLost', line: 12, beat: 0 });
    expect(failure?.message).toContain('FadeIn of line 12 ended by SIGKILL');
  });

  it('does with one process where the sandbox allows no more, and at most as many as there are cores', async () => {
    const tight = await makeCompute({ dataFolder: join(folder, 'tight'), cores: 3, sectionLimits: { processes: 1 } });
    const code = scene('for _ in range(6):', '    self.play(Create(Circle()), run_time=0.3)');
    expect((await renderScene(tight, smallJob(code, 30), newClip())).failure).toBeUndefined();
    let most = 0;
    // Animations that take long enough for others to be seen beside them.
    const slow = scene('for _ in range(6):', '    self.play(Create(VGroup(*[Circle() for _ in range(80)])), run_time=3)');
    const rendering = compute.renderer.render({ job: smallJob(slow, 300), assetPaths: [], clipPath: newClip() }, { signal: never, onFrames: () => void (most = Math.max(most, workersOf().length)) });
    expect((await rendering).failure).toBeUndefined();
    // The one that steps, and those that draw.
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe('workers that wait', () => {
  it('are loaded before their job comes, are used once, and go when they are not wanted any more', async () => {
    const compute = await makeCompute({ dataFolder: join(folder, 'data'), waitingWorkers: 2 });
    await expect.poll(() => workersOf().length, { timeout: 30_000 }).toBe(2);
    const code = scene('import sys', 'raise RuntimeError(str("used" in dir(sys)) + str(setattr(sys, "used", 1)))');
    const reports = await Promise.all([1, 2, 3].map(() => renderScene(compute, smallJob(code), newClip())));
    expect(reports.map(({ failure }) => failure?.message)).toEqual(['FalseNone', 'FalseNone', 'FalseNone']);
    await compute.close();
    await expect.poll(workersOf, { timeout: 10_000 }).toEqual([]);
    expect(readdirSync(join(folder, 'data', 'scratch'))).toEqual([]);
  });
});
