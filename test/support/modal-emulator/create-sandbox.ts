import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ServerError, Status } from 'nice-grpc';
import { commandOf, valuesOfSecrets, type SecretSource } from './commands.ts';
import type { Execution } from './machine.ts';
import type { Settings } from './settings.ts';
import { ENDED, newId, newSandboxId, notFound, type SandboxDefinition, type SandboxRecord, type SandboxResult, type Tag, type World } from './world.ts';

export interface CreateRequest {
  appId: string;
  definition: SandboxDefinition;
  tags: Tag[];
  secretSources: SecretSource[];
}

/** `networkAccessType` of a sandbox that has none. */
const BLOCKED = 2;
const KILLED = 137;
const USUAL_PROBE_MILLISECONDS = 100;

/** Makes a sandbox with its machine, and starts what it was made for. */
export async function createSandbox(world: World, settings: Settings, wanted: CreateRequest): Promise<SandboxRecord> {
  const { definition, appId } = wanted;
  await pause(settings.createMilliseconds);
  if (!world.images.has(definition.imageId)) throw notFound(`Image ${definition.imageId}`);
  requireFreeName(world, appId, definition.name);
  const sandbox = recordOf(world, settings, wanted);
  world.sandboxes.set(sandbox.id, sandbox);
  tell(world, sandbox, wanted);
  const timer = setTimeout(() => sandbox.end({ status: ENDED.timeout }), definition.timeoutSecs * 1000).unref();
  void sandbox.ended.then(() => clearTimeout(timer));
  if (definition.entrypointArgs.length > 0) startMain(world, sandbox);
  const probe = definition.readinessProbe?.execCommand?.argv;
  if (probe !== undefined) sandbox.ready = probed(sandbox, probe, definition.readinessProbe?.intervalMs ?? USUAL_PROBE_MILLISECONDS);
  return sandbox;
}

export function requireFreeName(world: World, appId: string, name: string | undefined): void {
  if (name === undefined || name === '') return;
  const holder = [...world.sandboxes.values()].find((each) => each.result === undefined && each.appId === appId && each.name === name);
  if (holder !== undefined) throw new ServerError(Status.ALREADY_EXISTS, `Sandbox with name '${name}' already exists`);
}

function recordOf(world: World, settings: Settings, { appId, definition, tags, secretSources }: CreateRequest): SandboxRecord {
  const id = newSandboxId();
  const { promise, resolve } = Promise.withResolvers<void>();
  const machine = settings.makeMachine({
    sandboxId: id,
    folder: definition.workdir,
    networkBlocked: definition.networkAccess?.networkAccessType === BLOCKED,
    environment: valuesOfSecrets(world, { sources: secretSources, ids: definition.secretIds }),
    mounts: definition.volumeMounts.map(({ volumeId, mountPath, readOnly, subPath }) => ({ path: mountPath, readOnly, committed: committedFolder(world, volumeId, subPath) })),
  });
  const executions = new Map<string, Execution>();
  const record: SandboxRecord = {
    id, taskId: newId('ta'), appId, definition, name: definition.name || undefined, tags,
    createdAt: Date.now() / 1000 + world.sandboxes.size / 1e6,
    machine, main: undefined, executions, result: undefined, ready: undefined,
    ended: promise,
    touch: idleWatch(definition.idleTimeoutSecs, promise, () => record.end({ status: ENDED.idle })),
    end: (result) => endSandbox(record, { result, settled: resolve, settings }),
  };
  return record;
}

/** Ends what is idle for too long; it is told each time that something is run. */
function idleWatch(seconds: number | undefined, ended: Promise<void>, end: () => void): () => void {
  if (seconds === undefined || seconds === 0) return () => undefined;
  const timer = setTimeout(end, seconds * 1000).unref();
  void ended.then(() => clearTimeout(timer));
  return () => void timer.refresh();
}

function endSandbox(sandbox: SandboxRecord, { result, settled, settings }: { result: SandboxResult; settled: () => void; settings: Settings }): void {
  if (sandbox.result !== undefined) return;
  sandbox.result = result;
  const running = [...sandbox.executions.values()];
  for (const execution of running) execution.kill();
  // Its files go once nothing can write any more, and what stands on volumes is committed before.
  void Promise.all(running.map(({ ended }) => ended)).then(async () => {
    if (sandbox.definition.volumeMounts.length > 0) {
      await pause(settings.volumeDelayMilliseconds);
      sandbox.machine.commit();
    }
    sandbox.machine.remove();
  });
  settled();
}

function committedFolder(world: World, volumeId: string, subPath = ''): string {
  const volume = [...world.volumes.values()].find(({ id }) => id === volumeId);
  if (volume === undefined) throw notFound(`Volume ${volumeId}`);
  const folder = join(volume.folder, subPath);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Where what it was made for ends, the sandbox ends. */
function startMain(world: World, sandbox: SandboxRecord): void {
  const argv = sandbox.definition.entrypointArgs;
  const main = sandbox.machine.start(commandOf({ argv }));
  world.started.push({ sandboxId: sandbox.id, argv });
  sandbox.main = main;
  sandbox.executions.set('main', main);
  void main.ended.then(({ code }) => sandbox.end(code === 0 ? { status: ENDED.success, exitcode: 0 } : { status: ENDED.failure, exitcode: code ?? KILLED }));
}

async function probed(sandbox: SandboxRecord, argv: string[], intervalMilliseconds: number): Promise<void> {
  while (sandbox.result === undefined) {
    const probe = sandbox.machine.start(commandOf({ argv }));
    sandbox.executions.set('probe', probe);
    const { code } = await probe.ended;
    if (code === 0) return;
    await pause(intervalMilliseconds);
  }
}

function tell(world: World, { id, definition, name }: SandboxRecord, { appId, tags, secretSources }: CreateRequest): void {
  const nameOfVolume = (volumeId: string): string => [...world.volumes.values()].find((volume) => volume.id === volumeId)?.name ?? volumeId;
  const nameOfSecret = (secretId: string): string => world.secrets.get(secretId)?.name ?? secretId;
  world.creations.push({
    sandboxId: id,
    app: [...world.apps].find(([, known]) => known === appId)?.[0].split('/').at(-1) ?? appId,
    image: definition.imageId,
    name,
    tags: Object.fromEntries(tags.map(({ tagName, tagValue }) => [tagName, tagValue])),
    cpu: definition.resources.milliCpu / 1000,
    memoryMiB: definition.resources.memoryMb,
    timeoutSeconds: definition.timeoutSecs,
    networkBlocked: definition.networkAccess?.networkAccessType === BLOCKED,
    secrets: [...definition.secretIds.map(nameOfSecret), ...secretSources.map(({ secretId, env }) => (env ? Object.keys(env.contents).join('+') : nameOfSecret(secretId ?? '')))],
    mounts: Object.fromEntries(definition.volumeMounts.map(({ mountPath, volumeId }) => [mountPath, nameOfVolume(volumeId)])),
    command: definition.entrypointArgs,
  });
}
