import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memoryClaims } from '../../functions/compute/modal/memory-claims.ts';
import { makeFolder, never, renderScene, smallJob } from '../support/compute.ts';
import { lectern } from '../support/command-line.ts';
import { deployTo, draws, modalToDeployTo, recipesOf, runScript, soundImages } from '../support/deploying.ts';
import { modalOn } from '../support/modal-compute.ts';
import type { Emulator } from '../support/modal-emulator/emulator.ts';
import type { Script } from '../support/modal-emulator/scripted-machine.ts';

let emulator: Emulator;

beforeEach(async () => {
  emulator = await modalToDeployTo();
});

afterEach(() => emulator.close());

const published = (): Record<string, string> => Object.fromEntries(emulator.world.published);

describe('a deployment', () => {
  test('draws the test scene in a sandbox like that of a section, and publishes both images after it', async () => {
    const deployed = await deployTo(emulator);
    const [check] = emulator.creations;
    expect(check).toMatchObject({ app: 'lectern-dev', image: deployed.renderImageId, tags: { role: 'check' }, cpu: 4, memoryMiB: 8192, networkBlocked: true, secrets: [], mounts: {} });
    expect(emulator.running()).toEqual([]);
    expect(deployed.lines.join('\n')).toMatch(/It drew 15 frames with Manim 0\.22\.0/);
    expect(published()).toEqual({
      'lectern-render-dev:first': deployed.renderImageId, 'lectern-render-dev:latest': deployed.renderImageId,
      'lectern-service-dev:first': deployed.serviceImageId, 'lectern-service-dev:latest': deployed.serviceImageId,
    });
    expect(emulator.world.images.get(deployed.serviceImageId)?.commands).toEqual(['FROM debian:12', 'FROM base', 'RUN echo first', 'FROM base', 'RUN echo service']);
  });

  test('starts an orchestrator that alone has the secrets and the volume', async () => {
    runScript(emulator, soundImages);
    const { orchestrator, serviceImageId } = await deployTo(emulator, { withOrchestrator: true });
    expect(orchestrator?.outcome).toBe('started');
    expect(emulator.creations.at(-1)).toMatchObject({
      sandboxId: orchestrator?.sandboxId, app: 'lectern-dev', image: serviceImageId, tags: { role: 'orchestrator' }, cpu: 8, memoryMiB: 16_384, timeoutSeconds: 3600,
      networkBlocked: false, mounts: { '/outputs': 'video-outputs-main' },
      secrets: expect.arrayContaining(['anthropic-key', 'elevenlabs-key', 'supabase-config', 'supabase-service-role', 'sentry-dsn', 'modal-token']) as string[],
    });
    expect(emulator.running().map(({ id }) => id)).toEqual([orchestrator?.sandboxId]);
  });

  test('leaves an orchestrator of the same images running', async () => {
    runScript(emulator, soundImages);
    const first = await deployTo(emulator, { withOrchestrator: true });
    const second = await deployTo(emulator, { withOrchestrator: true });
    expect(second.orchestrator).toEqual({ sandboxId: first.orchestrator?.sandboxId, outcome: 'runs' });
  });

  test('keeps dev and prod apart', async () => {
    runScript(emulator, soundImages);
    await deployTo(emulator);
    await deployTo(emulator, { deployment: 'prod', recipes: recipesOf('second') });
    expect(emulator.creations.map(({ app }) => app)).toEqual(['lectern-dev', 'lectern-prod']);
    expect(published()['lectern-render-dev:latest']).toBe(published()['lectern-render-dev:first']);
    expect(published()['lectern-render-prod:latest']).toBe(published()['lectern-render-prod:second']);
  });
});

describe('a deployment that fails', () => {
  test('says in the builder’s own words why an image cannot be built, and changes nothing', async () => {
    runScript(emulator, soundImages);
    await deployTo(emulator);
    const before = published();
    emulator.settings.imageBuildFault = 'exit status 100';
    await expect(deployTo(emulator, { recipes: recipesOf('second') })).rejects.toMatchObject({
      code: 'image_build_failed', message: expect.stringMatching(/nothing was changed[^]*exit status 100[^]*building/) as string,
    });
    expect(published()).toEqual(before);
    expect(emulator.creations).toHaveLength(1);
  });

  test.each<[string, Script, RegExp]>([
    ['ends with an error', async () => 3, /ended with 3/],
    ['says nothing', async (_, { files }) => Number(files.set('/tmp/answer', Buffer.alloc(0)).size < 0), /ended before its report/],
    ['sends no whole video', draws({}, 40), /12 bytes of a video of 40/],
    ['draws too few frames', draws({ frames: 14 }), /14 frames of 15/],
    ['fails at the formula', draws({ failure: { kind: 'tex', errorClass: 'TexError', message: 'no latex' } }), /TexError: no latex/],
  ])('changes nothing where the program of the image %s', async (_, script, words) => {
    runScript(emulator, script);
    await expect(deployTo(emulator)).rejects.toMatchObject({ code: 'image_fails', message: expect.stringMatching(words) as string });
    expect(published()).toEqual({});
    expect(emulator.running()).toEqual([]);
  });

  test('changes nothing where the check’s sandbox is lost', async () => {
    runScript(emulator, (_, { sandboxId, signal }) => {
      setImmediate(() => emulator.lose(sandboxId));
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('killed')), { once: true }));
    });
    await expect(deployTo(emulator)).rejects.toMatchObject({ code: 'image_fails' });
    expect(published()).toEqual({});
  });

  test('names the secrets that are missing before anything is built', async () => {
    emulator.world.secrets.delete('st-modal-token');
    emulator.world.secrets.set('st-supabase-config', { name: 'supabase-config', values: { SUPABASE_URL: 'a' } });
    await expect(deployTo(emulator, { withOrchestrator: true })).rejects.toMatchObject({
      code: 'secrets_missing',
      message: expect.stringMatching(/supabase-config, modal-token/) as string,
      fix: expect.stringContaining('modal secret create modal-token MODAL_TOKEN_ID=… MODAL_TOKEN_SECRET=…') as string,
    });
    expect(emulator.world.images.size).toBe(0);
  });

  test('says what the orchestrator said that does not come up; the images are in use by then', async () => {
    runScript(emulator, (argv, sandbox) => (argv.includes('worker') ? Promise.reject(new Error('DATABASE_URL leads nowhere')) : soundImages(argv, sandbox)));
    await expect(deployTo(emulator, { withOrchestrator: true })).rejects.toMatchObject({
      code: 'orchestrator_failed', message: expect.stringContaining('DATABASE_URL leads nowhere') as string,
    });
    expect(Object.keys(published())).toContain('lectern-render-dev:latest');
    expect(emulator.running()).toEqual([]);
  });
});

// A program that is started reads all of the SDK first: a second alone, and half a minute where the machine is busy.
describe('the command', { timeout: 180_000 }, () => {
  const command = (...words: string[]) => lectern(['deploy', ...words], { MODAL_SERVER_URL: emulator.url, MODAL_TOKEN_ID: emulator.token.id, MODAL_TOKEN_SECRET: emulator.token.secret });

  test('sends what the Dockerfiles say, the wheel within it, and prints what came of it', async () => {
    runScript(emulator, soundImages);
    const { code, stdout, stderr } = await command('--env', 'dev', '--verbose');
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('building') as string });
    const { tag, renderImageId, orchestrator } = JSON.parse(stdout) as { tag: string; renderImageId: string; orchestrator: unknown };
    expect(orchestrator).toMatchObject({ outcome: 'started' });
    expect(published()).toMatchObject({ [`lectern-render-dev:${tag}`]: renderImageId });
    const commands = emulator.world.images.get(renderImageId)?.commands ?? [];
    expect(commands[0]).toMatch(/^FROM debian:bookworm-slim@sha256:/);
    expect(commands.at(-3)).toContain('pip install --no-cache-dir --no-index --no-deps /opt/lectern/build/lectern_render-0.1.0');
  });

  test('says why nothing was changed, and ends as with other providers', async () => {
    runScript(emulator, async () => 3);
    const { code, stdout, stderr } = await command('--env', 'prod', '--no-orchestrator');
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatch(/deploy: A program of the image ended with 3, and nothing was changed[^]*test:images/);
    expect((await lectern(['deploy'])).code).not.toBe(0);
  });

  test('says that the token is not believed', async () => {
    const { code, stderr } = await lectern(['deploy', '--env', 'dev'], { MODAL_SERVER_URL: emulator.url, MODAL_TOKEN_ID: 'ak-other', MODAL_TOKEN_SECRET: 'as-other' });
    expect({ code, stderr }).toMatchObject({ code: 5, stderr: expect.stringContaining('modal token new') as string });
  });
});

describe('a job', { timeout: 180_000 }, () => {
  test('is drawn to its end with the image that it began with', async () => {
    const scene = smallJob('from lectern_render import LessonScene\n\n\nclass Section(LessonScene):\n    def construct(self):\n        with self.beat(0):\n            self.wait(0.5)\n');
    const [oldJob, newJob, claims] = [randomUUID(), randomUUID(), memoryClaims(() => Date.now())];
    /** As a process does it that is started then. */
    const draw = async (jobId: string): Promise<string> => {
      const { compute, job } = await modalOn(emulator, { claims });
      const drawing = await job({ jobId, handedOver: never });
      const clip = join(makeFolder(), 'clip.mp4');
      expect((await renderScene(drawing, { ...scene, section: emulator.creations.length }, clip)).failure).toBeUndefined();
      expect(existsSync(clip)).toBe(true);
      await drawing.close();
      await compute.close();
      return emulator.creations.at(-1)?.image ?? '';
    };
    const realMachine = emulator.settings.makeMachine;
    const deployed = async (tag: string) => {
      runScript(emulator, soundImages);
      const outcome = await deployTo(emulator, { recipes: recipesOf(tag) });
      emulator.settings.makeMachine = realMachine;
      return outcome;
    };
    const first = await deployed('first');
    expect(await draw(oldJob)).toBe(first.renderImageId);
    const second = await deployed('second');
    expect(second.renderImageId).not.toBe(first.renderImageId);
    expect(await draw(oldJob)).toBe(first.renderImageId);
    expect(await draw(newJob)).toBe(second.renderImageId);
  });
});
