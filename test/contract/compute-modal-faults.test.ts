import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Status } from 'nice-grpc';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RenderHooks } from '../../functions/compute/port.ts';
import { makeCompute, makeFolder, never, smallJob } from '../support/compute.ts';
import { type ModalBench, modalOn } from '../support/modal-compute.ts';
import type { Emulator } from '../support/modal-emulator/emulator.ts';
import { emulatedModal } from '../support/modal-emulator/published.ts';
import { circle, scene } from '../support/scenes.ts';

const folder = makeFolder();
let emulator: Emulator;
let media: Awaited<ReturnType<typeof makeCompute>>['media'];
const benches: ModalBench[] = [];
beforeAll(async () => {
  emulator = await emulatedModal();
  ({ media } = await makeCompute({ dataFolder: join(folder, 'local') }));
});
afterEach(async () => {
  emulator.faults.clear();
  Object.assign(emulator.settings, { routerTokenSeconds: 3600, createMilliseconds: 0 });
  for (const bench of benches.splice(0)) await bench.compute.close();
  expect(emulator.running()).toEqual([]);
});
afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

const clipPath = join(folder, 'clip.mp4');
afterEach(() => rmSync(clipPath, { force: true }));
const quiet: RenderHooks = { signal: never, onFrames: () => undefined };

async function bench(options: Parameters<typeof modalOn>[1] = {}): Promise<ModalBench> {
  const made = await modalOn(emulator, { media, ...options });
  benches.push(made);
  return made;
}

/** Draws one scene in a job of its own; answers the report, and the sandboxes that were made for it. */
async function draw({ job }: ModalBench, { code = circle, hooks = quiet }: { code?: string; hooks?: RenderHooks } = {}) {
  const before = emulator.creations.length;
  const drawing = await job();
  try {
    const report = await drawing.renderer.render({ job: smallJob(code), assetPaths: [], clipPath }, hooks);
    return { report, made: emulator.creations.slice(before) };
  } finally {
    await drawing.close();
  }
}

describe('a sandbox', () => {
  it('gets what a section needs, and neither network nor secret nor mount', async () => {
    const { made } = await draw(await bench());
    expect(made).toEqual([
      expect.objectContaining({ app: 'lectern-dev', cpu: 4, memoryMiB: 8192, timeoutSeconds: 900, networkBlocked: true, secrets: [], mounts: {} }),
    ]);
    expect(made[0]?.tags).toMatchObject({ role: 'render', section: '1' });
    expect(made[0]?.name).toBe(`${made[0]?.tags['job']}-s1`);
  });

  it('that cannot be had at once is asked for again until there is room', async () => {
    emulator.faults.plan({ call: 'SandboxCreateV2', status: Status.RESOURCE_EXHAUSTED, times: 3 });
    const { report, made } = await draw(await bench());
    expect(report.failure).toBeUndefined();
    expect(made).toHaveLength(1);
  });

  it('that cannot be had at all ends the section with a reason', async () => {
    emulator.faults.plan({ call: 'SandboxCreateV2', status: Status.RESOURCE_EXHAUSTED });
    const { report, made } = await draw(await bench({ budget: { roomSeconds: 0.2, pausesMilliseconds: [20] } }));
    expect(report.failure).toMatchObject({ kind: 'sandbox', errorClass: 'NoRoom' });
    expect(report.failure?.message).toMatch(/no room.*RESOURCE_EXHAUSTED.*asked \d+ times/);
    expect(made).toEqual([]);
  });

  it('that is lost in the middle gives way to another, which the log tells', async () => {
    let lost = 0;
    const lose = (): void => {
      const running = emulator.running().find(({ main }) => main !== undefined);
      if (running !== undefined && lost++ === 0) emulator.lose(running.id);
    };
    const used = await bench();
    const { report, made } = await draw(used, { hooks: { signal: never, onFrames: lose } });
    expect(report.failure).toBeUndefined();
    expect(made).toHaveLength(2);
    const warned = used.log.find(({ level }) => level === 'warn');
    expect(warned?.fields).toMatchObject({ section: 1, attempt: 1, trouble: 'lost', job: made[0]?.tags['job'], sandbox: made[0]?.sandboxId });
    expect(used.uses.map(({ sandboxId }) => sandboxId)).toEqual(made.map(({ sandboxId }) => sandboxId));
  });

  it('that is lost each time is given up within the budget', async () => {
    const loseAll = (): void => emulator.running().forEach(({ id }) => emulator.lose(id));
    const { report, made } = await draw(await bench({ budget: { attempts: 2, pausesMilliseconds: [20] } }), { hooks: { signal: never, onFrames: loseAll } });
    expect(report.failure).toMatchObject({ kind: 'sandbox', errorClass: 'SandboxLost', message: expect.stringContaining('2 sandboxes') as string });
    expect(made).toHaveLength(2);
    expect(existsSync(clipPath)).toBe(false);
  });

  it('whose way is broken for a moment is waited for, and for long gives way to another', async () => {
    emulator.faults.plan({ call: 'router', status: Status.UNAVAILABLE, times: 3 });
    expect((await draw(await bench())).made).toHaveLength(1);
    // The SDK asks eleven times, for ten seconds in all.
    emulator.faults.plan({ call: 'TaskExecStart', status: Status.UNAVAILABLE, times: 11 });
    const { report, made } = await draw(await bench());
    expect(report.failure).toBeUndefined();
    expect(made).toHaveLength(2);
  });

  it('whose answer to being made was lost is found by its name', async () => {
    emulator.faults.plan({ call: 'SandboxCreateV2', status: Status.UNAVAILABLE, times: 1, when: 'after' });
    const { report, made } = await draw(await bench());
    expect(report.failure).toBeUndefined();
    expect(made).toHaveLength(1);
  });

  it('that comes after its render was cancelled is ended', async () => {
    emulator.settings.createMilliseconds = 300;
    const cancel = new AbortController();
    const drawing = draw(await bench(), { hooks: { signal: cancel.signal, onFrames: () => undefined } });
    setTimeout(() => cancel.abort(), 100);
    await expect(drawing).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(emulator.running()).toEqual([]);
  });

  it('does not reach the files of this host, nor do links that are made in it', async () => {
    const secret = join(folder, 'secret.txt');
    const { report } = await draw(await bench(), { code: scene(`open(${JSON.stringify(secret)}, "w").write("reached")`, 'raise RuntimeError("written")') });
    expect(report.failure?.errorClass).toBe('FileNotFoundError');
    const linked = scene('import os', 'os.path.lexists("/job/clip.mp4") or os.symlink("/etc/passwd", "/job/clip.mp4")', 'with self.beat(0):', '    self.play(Create(Circle()))');
    const { report: drawn } = await draw(await bench(), { code: linked });
    expect(drawn.failure).toBeUndefined();
  });
});

describe('a token', () => {
  it('for one sandbox that expires all the while is got anew', async () => {
    emulator.settings.routerTokenSeconds = 1;
    const before = emulator.calls.get('SandboxGetCommandRouterAccess') ?? 0;
    const code = scene('import time', 'time.sleep(2.5)', 'with self.beat(0):', '    self.play(Create(Circle()))');
    const { report, made } = await draw(await bench(), { code });
    expect(report.failure).toBeUndefined();
    expect(made).toHaveLength(1);
    expect(emulator.calls.get('SandboxGetCommandRouterAccess')).toBeGreaterThan(before);
  });

  it('for the workspace that is given up is asked for anew, before a section and in the middle of it', async () => {
    const used = await bench();
    emulator.forgetTokens();
    const forgetOnce = (): void => emulator.forgetTokens();
    const { report, made } = await draw(used, { hooks: { signal: never, onFrames: forgetOnce } });
    expect(report.failure).toBeUndefined();
    expect(made).toHaveLength(1);
  });

  it('that is none is told when Lectern starts', async () => {
    const wrong = { token: { id: 'ak-nobody', secret: 'as-nothing' } };
    await expect(modalOn(wrong, { media })).rejects.toMatchObject({ code: 'modal_refused', fix: expect.stringContaining('MODAL_TOKEN_ID') as string });
  });
});

describe('a section', () => {
  it('that takes too long is stopped where it is drawn', async () => {
    const { report, made } = await draw(await bench({ sectionLimits: { wallSeconds: 2 } }), { code: scene('import time', 'time.sleep(60)') });
    expect(report.failure).toMatchObject({ kind: 'limit', errorClass: 'WallClock', message: expect.stringContaining('2 s') as string });
    expect(made).toHaveLength(1);
  });

  it('whose image is missing is told when Lectern starts', async () => {
    await expect(bench({ imageName: 'nobody-built-this' })).rejects.toMatchObject({ code: 'modal_no_image', fix: expect.stringContaining('deploy') as string });
  });

  it('may not tell of a clip what is not so', async () => {
    const forged = scene('import os, subprocess', 'pid = os.getppid()', 'os.makedirs("/job", exist_ok=True)',
      'open("/job/result.json", "w").write(\'{"report":null,"clip":{"bytes":4,"sha256":"%s"},"exitCode":0,"stopped":null,"stdout":"","stderr":""}\' % ("0" * 64))',
      'open("/job/clip.mp4", "w").write("film")', 'os.kill(pid, 19)', 'import time', 'time.sleep(1)',
      'os.write(4, b"nonsense\\n")', 'os.kill(pid, 18)', 'time.sleep(60)');
    const { report } = await draw(await bench(), { code: forged });
    expect(report.failure?.kind).toBe('protocol');
    expect(existsSync(clipPath)).toBe(false);
  });
});
