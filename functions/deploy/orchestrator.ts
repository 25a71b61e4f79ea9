import { AlreadyExistsError, type App, type Image, type ModalClient, type Sandbox, type SandboxCreateParams, type Secret } from 'modal';
import { LecternError } from '../../shared/errors.ts';
import { type Deployment, OUTPUTS_VOLUME } from './names.ts';

/** Each secret by its name in Modal, with the variables that it has to hold. */
export const SECRETS: Readonly<Record<string, readonly string[]>> = {
  'anthropic-key': ['ANTHROPIC_API_KEY'],
  'elevenlabs-key': ['ELEVENLABS_API_KEY'],
  'supabase-config': ['SUPABASE_URL', 'SUPABASE_PUBLISHABLE_KEY', 'DATABASE_URL'],
  'supabase-service-role': ['SUPABASE_SECRET_KEY'],
  'sentry-dsn': ['SENTRY_DSN'],
  'modal-token': ['MODAL_TOKEN_ID', 'MODAL_TOKEN_SECRET'],
};

/** Where the volume is mounted. */
const OUTPUTS_FOLDER = '/outputs';
/** What `npm run worker` runs, in the image. */
const WORKER_COMMAND = ['node', '/app/functions/cli.ts', 'worker'];
/** What the worker prints once it is up. */
const UP = 'This worker takes jobs.';
const START_MILLISECONDS = 180_000;
const LAST_CHARACTERS = 2000;

/**
 * bubblewrap, in which ffmpeg runs, cannot take networks away on gVisor (google/gvisor#13438): a virtual machine has a Linux of its own.
 */
const SIZE = { cpu: 8, cpuLimit: 8, memoryMiB: 16_384, memoryLimitMiB: 16_384, timeoutMs: 3_600_000, runtime: 'vm' } satisfies SandboxCreateParams;

export interface OrchestratorSetup {
  modal: ModalClient;
  app: App;
  /** Of the kind `service`. */
  image: Image;
  deployment: Deployment;
}

/** The secrets of the orchestrator. @throws LecternError `secrets_missing`, which names those that are not there, or not whole */
export async function findSecrets(modal: ModalClient): Promise<Secret[]> {
  const found = await Promise.allSettled(Object.entries(SECRETS).map(([name, requiredKeys]) => modal.secrets.fromName(name, { requiredKeys: [...requiredKeys] })));
  const missing = Object.entries(SECRETS).filter((_, index) => found[index]?.status === 'rejected');
  if (missing.length === 0) return found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  throw new LecternError('secrets_missing', {
    message: `Modal does not have the ${missing.length === 1 ? 'secret' : 'secrets'} ${missing.map(([name]) => name).join(', ')}, or not with all that belongs into it.`,
    fix: missing.map(([name, keys]) => `modal secret create ${name} ${keys.map((key) => `${key}=…`).join(' ')}`).join('; '),
    cause: found.find((each) => each.status === 'rejected')?.reason,
  });
}

/**
 * Makes sure that an orchestrator of this image runs, and waits until it takes jobs. Its name is that of the image, and Modal lets one sandbox
 * alone have a name: whoever calls at the same time starts one together.
 * @throws LecternError `orchestrator_failed`
 */
export async function wakeOrchestrator(setup: OrchestratorSetup): Promise<{ sandboxId: string; outcome: 'started' | 'runs' }> {
  const { modal, app, image } = setup;
  const name = `orchestrator-${image.imageId}`;
  try {
    const sandbox = await createOrchestrator(setup, name);
    await untilUp(sandbox);
    return { sandboxId: sandbox.sandboxId, outcome: 'started' };
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error;
    const running = await modal.sandboxes.fromName(app.name ?? '', name);
    return { sandboxId: running.sandboxId, outcome: 'runs' };
  }
}

async function createOrchestrator({ modal, app, image, deployment }: OrchestratorSetup, name: string): Promise<Sandbox> {
  const [secrets, volume] = await Promise.all([findSecrets(modal), modal.volumes.fromName(OUTPUTS_VOLUME, { createIfMissing: true })]);
  return modal.sandboxes.create(app, image, {
    ...SIZE,
    name,
    tags: { role: 'orchestrator' },
    command: WORKER_COMMAND,
    secrets,
    volumes: { [OUTPUTS_FOLDER]: volume },
    env: { COMPUTE: 'modal', LECTERN_DEPLOYMENT: deployment, LECTERN_WORK: OUTPUTS_FOLDER },
  });
}

async function untilUp(sandbox: Sandbox): Promise<void> {
  const deadline = AbortSignal.timeout(START_MILLISECONDS);
  const reader = sandbox.stdout.getReader();
  deadline.addEventListener('abort', () => void reader.cancel().catch(() => undefined), { once: true });
  let said = '';
  while (!said.includes(UP)) {
    const { value, done } = await reader.read();
    if (done) throw await failure(sandbox, deadline.aborted);
    said += value;
  }
  reader.releaseLock();
}

async function failure(sandbox: Sandbox, isLate: boolean): Promise<LecternError> {
  if (isLate) await sandbox.terminate().catch(() => undefined);
  const words = isLate ? '' : (await sandbox.stderr.readText()).slice(-LAST_CHARACTERS).trim();
  return new LecternError('orchestrator_failed', {
    message: isLate ? `The orchestrator did not take jobs within ${START_MILLISECONDS / 1000} s.` : `The orchestrator ended before it took jobs. ${words}`.trim(),
    fix: 'Mend what it says, and run the same command again; jobs wait until then, or are run by any host that runs "npm run worker".',
    retryable: true,
  });
}
