import { afterAll, beforeAll, expect, test } from 'vitest';
import { scratchFolder } from '../support/command-line.ts';
import { deployTo, modalToDeployTo, runScript, soundImages } from '../support/deploying.ts';
import type { Emulator } from '../support/modal-emulator/emulator.ts';
import { caller, type RunningService, startService } from '../support/service.ts';

const LESSON = '---\ntitle: Waiting\n---\n\n## One\n\nThis **waits** for a worker.\n';

const data = scratchFolder();
let emulator: Emulator;
let service: RunningService;
let serviceImageId: string;

beforeAll(async () => {
  emulator = await modalToDeployTo();
  runScript(emulator, soundImages);
  ({ serviceImageId } = await deployTo(emulator));
  const { token } = emulator;
  service = await startService({
    LECTERN_DATA: data.path, COMPUTE: 'modal', LECTERN_DEPLOYMENT: 'dev', LECTERN_SERVE_WORKER: 'no',
    MODAL_SERVER_URL: emulator.url, MODAL_TOKEN_ID: token.id, MODAL_TOKEN_SECRET: token.secret,
  });
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await emulator?.close();
  data.remove();
}, 120_000);

const orchestrators = () => emulator.creations.filter(({ tags }) => tags['role'] === 'orchestrator');

test('a service without workers starts one orchestrator for the jobs that wait', { timeout: 180_000 }, async () => {
  expect((await caller(service.url)('/v1/jobs', { body: { lesson: LESSON } })).status).toBe(202);
  await expect.poll(orchestrators, { timeout: 30_000 }).toHaveLength(1);
  expect(orchestrators()[0]).toMatchObject({ app: 'lectern-dev', image: serviceImageId, cpu: 8, memoryMiB: 16_384, timeoutSeconds: 3600 });

  // Nobody beats yet, and it is looked for again: the name is taken.
  const lookUps = emulator.calls.get('SandboxGetFromNameV2') ?? 0;
  await expect.poll(() => emulator.calls.get('SandboxGetFromNameV2') ?? 0, { timeout: 30_000 }).toBeGreaterThan(lookUps);
  expect(orchestrators()).toHaveLength(1);

  // Its hour is over, and the job still waits.
  emulator.lose(orchestrators()[0]?.sandboxId ?? '');
  await expect.poll(orchestrators, { timeout: 30_000 }).toHaveLength(2);
});
