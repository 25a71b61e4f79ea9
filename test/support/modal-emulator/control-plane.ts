import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ServerError, Status } from 'nice-grpc';
import type { Settings } from './settings.ts';
import { newId, notFound, tokenFor, type World } from './world.ts';

const BUILDER_VERSION = '2025.06';
const FAILED = 2;
const BUILT = 1;
const NO_CREATION = 0;

interface Named {
  deploymentName: string;
  environmentName: string;
  objectCreationType: number;
}

interface ImageRequest {
  image: { dockerfileCommands: string[]; baseImages: { imageId: string }[] };
}

/** Apps, images, volumes and secrets. */
export function objectCalls(world: World, settings: Settings, stateFolder: string) {
  return {
    authTokenGet: async () => {
      const token = tokenFor({ nonce: newId('at') }, settings.controlTokenSeconds);
      world.tokens.add(token);
      return { token };
    },
    environmentGetOrCreate: async ({ deploymentName }: Named) => ({
      environmentId: 'en-1',
      metadata: { name: deploymentName || 'main', settings: { imageBuilderVersion: BUILDER_VERSION, webhookSuffix: '' } },
    }),
    appGetOrCreate: async ({ appName, environmentName, objectCreationType }: { appName: string } & Omit<Named, 'deploymentName'>) => {
      const key = `${environmentName}/${appName}`;
      if (!world.apps.has(key) && objectCreationType === NO_CREATION) throw notFound(`App '${appName}'`);
      const appId = world.apps.get(key) ?? newId('ap');
      world.apps.set(key, appId);
      return { appId };
    },
    ...imageCalls(world, settings),
    ...volumeCalls(world, stateFolder),
    ...secretCalls(world),
  };
}

function imageCalls(world: World, settings: Settings) {
  return {
    // Without a result, so that the SDK waits for the build as it would for a real one.
    imageGetOrCreate: async ({ image }: ImageRequest) => {
      const below = image.baseImages.flatMap(({ imageId }) => world.images.get(imageId)?.commands ?? []);
      const commands = [...below, ...image.dockerfileCommands];
      const same = [...world.images.values()].find((known) => known.commands.join('\n') === commands.join('\n'));
      const built = same ?? { id: newId('im'), commands };
      world.images.set(built.id, built);
      return { imageId: built.id };
    },
    async *imageJoinStreaming() {
      yield { taskLogs: [{ data: 'building\n' }], entryId: '1-0' };
      const fault = settings.imageBuildFault;
      yield { entryId: '2-0', eof: true, result: fault === undefined ? { status: BUILT } : { status: FAILED, exception: fault } };
    },
    imageFromId: async ({ imageId }: { imageId: string }) => {
      if (!world.images.has(imageId)) throw notFound(`Image ${imageId}`);
      return { imageId };
    },
    imagePublish: async ({ imageId, tag }: { imageId: string; tag: string }) => {
      world.published.set(tag, imageId);
      return {};
    },
    imageGetByTag: async ({ tag }: { tag: string }) => {
      const imageId = world.published.get(tag);
      if (imageId === undefined) throw notFound(`Image '${tag}'`);
      return { imageId };
    },
    imageDelete: async ({ imageId }: { imageId: string }) => {
      if (!world.images.delete(imageId)) throw notFound(`Image ${imageId}`);
      return {};
    },
  };
}

function volumeCalls(world: World, stateFolder: string) {
  return {
    volumeGetOrCreate: async ({ deploymentName, environmentName, objectCreationType, version }: Named & { version: number }) => {
      const key = `${environmentName}/${deploymentName || newId('ephemeral')}`;
      if (!world.volumes.has(key)) {
        if (objectCreationType === NO_CREATION) throw notFound(`Volume '${deploymentName}'`);
        const id = newId('vo');
        const folder = join(stateFolder, 'volumes', id);
        mkdirSync(folder, { recursive: true });
        world.volumes.set(key, { id, name: deploymentName, folder });
      }
      return { volumeId: world.volumes.get(key)?.id, version: version || 1 };
    },
    volumeHeartbeat: async () => ({}),
    volumeDelete: async ({ volumeId }: { volumeId: string }) => {
      for (const [key, { id }] of world.volumes) if (id === volumeId) world.volumes.delete(key);
      return {};
    },
  };
}

function secretCalls(world: World) {
  return {
    secretGetOrCreate: async ({ deploymentName, envDict, requiredKeys }: Named & { envDict: Record<string, string>; requiredKeys: string[] }) => {
      if (Object.keys(envDict).length === 0) {
        const found = [...world.secrets].find(([, { name }]) => name === deploymentName);
        if (found === undefined) throw notFound(`Secret '${deploymentName}'`);
        const missing = requiredKeys.filter((key) => found[1].values[key] === undefined);
        if (missing.length > 0) throw new ServerError(Status.NOT_FOUND, `Secret is missing key(s): ${missing.join(', ')}`);
        return { secretId: found[0] };
      }
      const secretId = newId('st');
      world.secrets.set(secretId, { name: deploymentName, values: envDict });
      return { secretId };
    },
  };
}
