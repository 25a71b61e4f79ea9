import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memoryClaims } from '../../functions/compute/modal/memory-claims.ts';
import { renderSandbox } from '../../functions/compute/modal/specification.ts';
import { sweepSandboxes } from '../../functions/compute/modal/sweep.ts';
import { makeCompute, makeFolder, never, smallJob } from '../support/compute.ts';
import { modalOn } from '../support/modal-compute.ts';
import type { Emulator } from '../support/modal-emulator/emulator.ts';
import { APP, clientOf, emulatedModal, IMAGE } from '../support/modal-emulator/published.ts';
import { circle, scene } from '../support/scenes.ts';

const folder = makeFolder();
const clipPath = join(folder, 'clip.mp4');
let emulator: Emulator;
let media: Awaited<ReturnType<typeof makeCompute>>['media'];
beforeAll(async () => {
  emulator = await emulatedModal();
  ({ media } = await makeCompute({ dataFolder: join(folder, 'local') }));
});
afterEach(() => {
  for (const { end } of emulator.running()) end({ status: 3 });
});
afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

const newClaims = () => memoryClaims(() => Date.now());
const task = (code: string) => ({ job: smallJob(code, 60), assetPaths: [], clipPath });
const roleOf = ({ tags }: { tags: { tagName: string; tagValue: string }[] }): string | undefined => tags.find(({ tagName }) => tagName === 'role')?.tagValue;

/** A process that is no more after the first frame: it says nothing to anybody, and its sandbox stays. */
async function leaveInTheMiddle(jobId: string, { code = circle, claims = newClaims() } = {}): Promise<void> {
  const gone = new AbortController();
  const { job, compute } = await modalOn(emulator, { media, claims });
  const drawing = await job({ jobId, handedOver: gone.signal });
  const rendering = drawing.renderer.render(task(code), { signal: gone.signal, onFrames: () => gone.abort() });
  await expect(rendering).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  void compute;
}

async function goOn(jobId: string, { code = circle, claims = newClaims() } = {}) {
  const told: number[] = [];
  const { job, compute, log, uses } = await modalOn(emulator, { media, claims });
  const drawing = await job({ jobId });
  const report = await drawing.renderer.render(task(code), { signal: never, onFrames: (done) => told.push(done) });
  await drawing.close();
  await compute.close();
  return { report, told, log, uses };
}

const attendedIn = (sandboxId: string | undefined): number =>
  emulator.world.started.filter((each) => each.sandboxId === sandboxId && each.argv.includes('lectern_render.attend')).length;

describe('a section whose process has gone', () => {
  it('is gone on with in the same sandbox, which is found by its claim, and is drawn once', async () => {
    const claims = newClaims();
    const jobId = randomUUID();
    const before = emulator.creations.length;
    await leaveInTheMiddle(jobId, { claims });
    const { report, log, uses } = await goOn(jobId, { claims });
    expect(report.failure).toBeUndefined();
    expect(report.frames).toBe(60);
    expect(emulator.creations.slice(before)).toHaveLength(1);
    const sandboxId = emulator.creations[before]?.sandboxId;
    expect(attendedIn(sandboxId)).toBe(1);
    expect(log.find(({ fields }) => fields['found'] === true)?.fields).toMatchObject({ job: jobId, section: 1, sandbox: sandboxId });
    expect(uses).toEqual([expect.objectContaining({ sandboxId, section: 1 })]);
    expect(await claims.known()).toEqual([]);
  });

  it('is found by its name where no claim is known', async () => {
    const jobId = randomUUID();
    const before = emulator.creations.length;
    await leaveInTheMiddle(jobId);
    expect((await goOn(jobId)).report.failure).toBeUndefined();
    expect(emulator.creations.slice(before)).toHaveLength(1);
  });

  it('is fetched where it was drawn to its end meanwhile', async () => {
    const claims = newClaims();
    const jobId = randomUUID();
    await leaveInTheMiddle(jobId, { claims });
    const sandbox = emulator.running()[0];
    for (let polls = 0; polls < 200 && !(await finished(sandbox?.id ?? '')); polls += 1) await pause(50);
    const { report, told } = await goOn(jobId, { claims });
    expect(report.failure).toBeUndefined();
    expect(report.frames).toBe(60);
    expect(told).toEqual([]);
  });

  it('is answered the formulas that it asks for by whoever goes on with it', async () => {
    const claims = newClaims();
    const jobId = randomUUID();
    // Another formula when it is drawn than when it was planned: it is asked for once frames have been told of.
    const code = scene('import os', 'again = os.path.exists("/tmp/planned")', 'open("/tmp/planned", "w").close()', 'with self.beat(0):', '    self.play(Create(Circle()))', '    self.add(MathTex("p" if again else "q"))');
    await leaveInTheMiddle(jobId, { code, claims });
    const { report, told } = await goOn(jobId, { code, claims });
    expect(report.failure).toBeUndefined();
    expect(told.at(-1)).toBe(60);
  });

  it('is drawn anew where it is another scene by now, and the old sandbox is ended', async () => {
    const jobId = randomUUID();
    const before = emulator.creations.length;
    await leaveInTheMiddle(jobId);
    const { report } = await goOn(jobId, { code: scene('with self.beat(0):', '    self.play(Create(Square()))') });
    expect(report.failure).toBeUndefined();
    expect(emulator.creations.slice(before)).toHaveLength(2);
    expect(emulator.running()).toEqual([]);
  });

  it('is drawn anew where its sandbox has gone with it', async () => {
    const claims = newClaims();
    const jobId = randomUUID();
    await leaveInTheMiddle(jobId, { claims });
    for (const { id } of emulator.running()) emulator.lose(id);
    expect((await goOn(jobId, { claims })).report.failure).toBeUndefined();
  });
});

async function finished(sandboxId: string): Promise<boolean> {
  const client = clientOf(emulator);
  const sandbox = await client.sandboxes.fromId(sandboxId);
  const found = await sandbox.filesystem.stat('/job/result.json').then(() => true, () => false);
  client.close();
  return found;
}

describe('sandboxes that are started ahead', () => {
  const waiting = () => emulator.running().filter((each) => roleOf(each) === 'warm');

  it('are as many as renders have begun lately, and each draws one section', async () => {
    const claims = newClaims();
    const { job, compute } = await modalOn(emulator, { media, claims, pool: { most: 2, everySeconds: 0.1, memorySeconds: 30 } });
    const drawing = await job();
    expect(waiting()).toEqual([]);
    await drawing.renderer.render(task(circle), { signal: never, onFrames: () => undefined });
    await ready(claims, 1);
    const before = emulator.creations.length;
    const [warm] = waiting();
    const report = await drawing.renderer.render(task(circle), { signal: never, onFrames: () => undefined });
    expect(report.failure).toBeUndefined();
    expect(warm?.result).toBeDefined();
    expect(warm && roleOf(warm)).toBe('render');
    expect(emulator.creations.slice(before).every(({ tags }) => tags['role'] === 'warm')).toBe(true);
    await drawing.close();
    await compute.close();
    expect(emulator.running()).toEqual([]);
    expect(await claims.known()).toEqual([]);
  });

  it('are ended once they are too old, or nobody needs them any more', async () => {
    const claims = newClaims();
    const pool = { most: 1, everySeconds: 0.1, memorySeconds: 0.5, ageSeconds: 60 };
    const { job, compute } = await modalOn(emulator, { media, claims, pool });
    const drawing = await job();
    await drawing.renderer.render(task(circle), { signal: never, onFrames: () => undefined });
    for (let polls = 0; polls < 200 && (emulator.running().length > 0 || (await claims.known()).length > 0); polls += 1) await pause(50);
    expect(emulator.running()).toEqual([]);
    await drawing.close();
    await compute.close();
  });

  async function ready(claims: ReturnType<typeof newClaims>, count: number): Promise<void> {
    for (let polls = 0; polls < 400 && (await claims.known()).length < count; polls += 1) await pause(50);
    expect((await claims.known()).length).toBeGreaterThanOrEqual(count);
  }
});

describe('a sweep', () => {
  const isRunning = (running: string[], ended: string[]) => async (jobId: string) => (running.includes(jobId) ? true : ended.includes(jobId) ? false : undefined);

  it('ends what belongs to no running job, and nothing else', async () => {
    const [running, ended, unknown] = [randomUUID(), randomUUID(), randomUUID()];
    for (const jobId of [running, ended, unknown]) await leaveInTheMiddle(jobId);
    const sweep = { connect: () => clientOf(emulator), appName: APP, isRunning: isRunning([running], [ended]), known: async () => [], starting: async () => [], dryRun: true };
    const expected = [running, ended, unknown].map((job) => expect.objectContaining({ role: 'render', job, section: 1, isOrphan: job === ended }) as object);
    const found = await sweepSandboxes(sweep);
    expect(found).toHaveLength(3);
    expect(found).toEqual(expect.arrayContaining(expected));
    expect(emulator.running()).toHaveLength(3);
    await sweepSandboxes({ ...sweep, dryRun: false });
    expect(emulator.running().map(({ name }) => name).sort()).toEqual([`${running}-s1`, `${unknown}-s1`].sort());
  });

  it('leaves those that are being started to wait, and those that wait', async () => {
    const claims = newClaims();
    const client = clientOf(emulator);
    const app = await client.apps.fromName(APP, { createIfMissing: true });
    const image = await client.images.fromName(IMAGE);
    const { start } = await claims.keep({ owner: randomUUID(), app: APP, image: image.imageId, target: 2, ageSeconds: 60, lifetimeSeconds: 900 });
    const boxes = await Promise.all([...start, randomUUID()].map((name) => client.sandboxes.create(app, image, renderSandbox(name))));
    const [starting, waits, forgotten] = boxes.map(({ sandboxId }) => sandboxId);
    await claims.ready(start[1] ?? '', waits ?? '');
    const found = await sweepSandboxes({ connect: () => clientOf(emulator), appName: APP, isRunning: isRunning([], []), known: () => claims.known(), starting: () => claims.starting(), dryRun: false });
    const orphans = new Map(found.map(({ sandboxId, isOrphan }) => [sandboxId, isOrphan]));
    expect([starting, waits, forgotten].map((id) => orphans.get(id ?? ''))).toEqual([false, false, true]);
    for (const box of boxes) await box.terminate();
    client.close();
  });
});
