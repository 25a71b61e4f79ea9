import { ModalClient } from 'modal';
import { buildLog } from '../../functions/deploy/build-log.ts';
import { type Deployed, deploy, type Deploying } from '../../functions/deploy/deploy.ts';
import { SECRETS } from '../../functions/deploy/orchestrator.ts';
import type { Recipes } from '../../functions/deploy/recipes.ts';
import { TEST_JOB } from '../../functions/deploy/test-scene.ts';
import { makeFolder } from './compute.ts';
import { type Emulator, startEmulator } from './modal-emulator/emulator.ts';
import { renderImage } from './modal-emulator/render-image.ts';
import { type Script, scriptedMachine } from './modal-emulator/scripted-machine.ts';

/** A Modal whose sandboxes are of the render image, with every secret of an orchestrator. */
export async function modalToDeployTo(): Promise<Emulator> {
  const emulator = await startEmulator({ stateFolder: makeFolder(), contents: renderImage() });
  process.env['MODAL_SERVER_URL'] = emulator.url;
  for (const [name, keys] of Object.entries(SECRETS)) emulator.world.secrets.set(`st-${name}`, { name, values: Object.fromEntries(keys.map((key) => [key, `a ${key}`])) });
  return emulator;
}

/** From now on sandboxes run no processes. */
export const runScript = (emulator: Emulator, script: Script): void => {
  emulator.settings.makeMachine = (wishes) => scriptedMachine(script, wishes);
};

/** Images whose programs do what they are to do: the test scene is answered, and a worker comes up and stays. */
export const soundImages: Script = async (argv, { files, print, signal }) => {
  if (argv.some((word) => word.includes('lectern_render.worker'))) return draws({})(argv, { files, print, signal, sandboxId: '' });
  print('This worker takes jobs.\n');
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended')), { once: true }));
};

/** An image whose answer to the test scene is this report, and a video that is said to have so many bytes. */
export const draws = (report: Record<string, unknown>, bytes = VIDEO.length): Script => async (_, { files }) => {
  const resources = { wallSeconds: 1, cpuSeconds: 1, peakMemoryMiB: 1, drawnFrames: 1 };
  const whole = { frames: TEST_JOB.totalFrames, beats: [], geometry: [], versions: { manim: '0.22.0' }, notes: [], resources, ...report };
  const lines = [{ type: 'report', report: whole }, { type: 'video', bytes }].map((message) => `${JSON.stringify(message)}\n`);
  files.set('/tmp/answer', Buffer.from(`${lines.join('')}${VIDEO}`));
  return 0;
};

/** As an MP4 begins. */
const VIDEO = '\0\0\0\0ftypmp42';

/** Recipes that differ in what the render image is made of. */
export const recipesOf = (tag: string): Recipes => ({
  tag,
  render: { base: 'debian:12', commands: [`RUN echo ${tag}`] },
  service: { base: 'lectern-render', commands: ['RUN echo service'] },
});

/** One deployment, as the command makes it. */
export async function deployTo({ token }: Pick<Emulator, 'token'>, wishes: Partial<Deploying> = {}): Promise<Deployed & { lines: string[] }> {
  const log = buildLog(() => undefined);
  const lines: string[] = [];
  const modal = new ModalClient({ tokenId: token.id, tokenSecret: token.secret, logLevel: 'error', grpcMiddleware: [log.middleware] });
  try {
    const deployed = await deploy({
      modal, log, deployment: 'dev', recipes: recipesOf('first'), withOrchestrator: false, tell: (line) => void lines.push(line), ...wishes,
    });
    return { ...deployed, lines };
  } finally {
    modal.close();
  }
}
