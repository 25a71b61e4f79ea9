import { setTimeout as pause } from 'node:timers/promises';
import { ServerError, Status } from 'nice-grpc';
import { createSandbox, requireFreeName, type CreateRequest } from './create-sandbox.ts';
import type { Settings } from './settings.ts';
import { ENDED, notFound, sandboxOf, tokenFor, type SandboxRecord, type Tag, type World } from './world.ts';

interface OfSandbox {
  sandboxId: string;
}
interface ListRequest {
  appId: string;
  beforeTimestamp: number;
  tags: Tag[];
}

const PAGE = 100;

/** Sandboxes, from their creation to their end. */
export function sandboxCalls(world: World, settings: Settings, routerUrl: () => string) {
  const access = (sandbox: SandboxRecord) => ({ url: routerUrl(), jwt: tokenFor({ task: sandbox.taskId }, settings.routerTokenSeconds) });
  return {
    sandboxCreateV2: async (wanted: CreateRequest) => {
      const sandbox = await createSandbox(world, settings, wanted);
      return { sandboxId: sandbox.id, taskId: sandbox.taskId, tunnels: [], metadata: { appId: sandbox.appId }, commandRouterAccess: access(sandbox) };
    },
    sandboxGetTaskIdV2: async ({ sandboxId }: OfSandbox) => {
      const { result, taskId } = sandboxOf(world, sandboxId);
      return result === undefined ? { taskId } : { taskResult: result };
    },
    sandboxGetCommandRouterAccess: async ({ sandboxId }: OfSandbox) => access(sandboxOf(world, sandboxId)),
    sandboxWaitV2: async ({ sandboxId, timeout }: OfSandbox & { timeout: number }) => {
      const sandbox = sandboxOf(world, sandboxId);
      if (sandbox.result === undefined && timeout > 0) await Promise.race([sandbox.ended, pause(timeout * 1000, undefined, { ref: false })]);
      return { result: sandbox.result, metadata: { appId: sandbox.appId } };
    },
    sandboxTerminateV2: async ({ sandboxId }: OfSandbox) => {
      const sandbox = sandboxOf(world, sandboxId);
      const existingResult = sandbox.result;
      sandbox.end({ status: ENDED.terminated });
      return { existingResult };
    },
    sandboxTagsSetV2: async ({ sandboxId, tags }: OfSandbox & { tags: Tag[] }) => {
      sandboxOf(world, sandboxId).tags = tags;
      return {};
    },
    sandboxTagsGetV2: async ({ sandboxId }: OfSandbox) => ({ tags: sandboxOf(world, sandboxId).tags }),
    sandboxSetName: async ({ sandboxId, name }: OfSandbox & { name: string }) => {
      const sandbox = sandboxOf(world, sandboxId);
      if (sandbox.name !== undefined || sandbox.result !== undefined) throw new ServerError(Status.FAILED_PRECONDITION, 'It has a name already, or has ended');
      requireFreeName(world, sandbox.appId, name);
      sandbox.name = name;
      return {};
    },
    ...findingCalls(world),
  };
}

function findingCalls(world: World) {
  return {
    sandboxGetFromNameV2: async ({ appName, environmentName, sandboxName, includeTerminated }: Record<'appName' | 'environmentName' | 'sandboxName', string> & { includeTerminated: boolean }) => {
      const appId = world.apps.get(`${environmentName}/${appName}`);
      const found = [...world.sandboxes.values()].reverse().find((each) => each.appId === appId && each.name === sandboxName && (each.result === undefined || includeTerminated));
      if (found === undefined) throw notFound(`Sandbox '${sandboxName}'`);
      return { sandboxId: found.id, metadata: { appId: found.appId } };
    },
    // Asked for sandboxes of the first generation, of which there are none.
    sandboxGetFromName: async ({ sandboxName }: { sandboxName: string }) => {
      throw notFound(`Sandbox '${sandboxName}'`);
    },
    sandboxListV2: async ({ appId, beforeTimestamp, tags }: ListRequest) => {
      const isTagged = (sandbox: SandboxRecord): boolean => tags.every((wanted) => sandbox.tags.some((tag) => tag.tagName === wanted.tagName && tag.tagValue === wanted.tagValue));
      const matching = [...world.sandboxes.values()].filter((each) => each.result === undefined && (appId === '' || each.appId === appId) && isTagged(each));
      const page = matching.filter(({ createdAt }) => !beforeTimestamp || createdAt < beforeTimestamp).sort((a, b) => b.createdAt - a.createdAt).slice(0, PAGE);
      return { sandboxes: page.map((each) => ({ id: each.id, createdAt: each.createdAt, appId: each.appId, tags: each.tags, name: each.name ?? '', imageId: each.definition.imageId, timeoutSecs: each.definition.timeoutSecs })) };
    },
  };
}
