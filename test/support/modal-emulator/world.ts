import { randomBytes } from 'node:crypto';
import { ServerError, Status } from 'nice-grpc';
import type { Execution, Machine } from './machine.ts';

export interface Tag {
  tagName: string;
  tagValue: string;
}

/** What a sandbox is asked to be, as far as the emulator reads it. */
export interface SandboxDefinition {
  entrypointArgs: string[];
  imageId: string;
  name?: string;
  timeoutSecs: number;
  idleTimeoutSecs?: number;
  workdir?: string;
  networkAccess?: { networkAccessType: number };
  resources: { milliCpu: number; milliCpuMax: number; memoryMb: number; memoryMbMax: number };
  secretIds: string[];
  volumeMounts: { volumeId: string; mountPath: string; readOnly: boolean; subPath?: string }[];
  readinessProbe?: { execCommand?: { argv: string[] }; intervalMs?: number };
}

/** GenericResult of the wire. */
export interface SandboxResult {
  status: number;
  exitcode?: number;
}

export const ENDED = { success: 1, failure: 2, terminated: 3, timeout: 4, lost: 6, idle: 7 } as const;

export interface SandboxRecord {
  id: string;
  taskId: string;
  appId: string;
  definition: SandboxDefinition;
  name: string | undefined;
  tags: Tag[];
  /** Seconds since 1970, no two alike. */
  createdAt: number;
  machine: Machine;
  main: Execution | undefined;
  executions: Map<string, Execution>;
  result: SandboxResult | undefined;
  ended: Promise<void>;
  /** Something was run in it: it has not been idle until now. */
  touch: () => void;
  /** Kills all that runs in it. */
  end: (result: SandboxResult) => void;
  /** Resolves once the readiness probe has answered 0. */
  ready: Promise<void> | undefined;
}

/** What a test may look at afterwards: one for each sandbox that was asked for and given. */
export interface Creation {
  sandboxId: string;
  app: string;
  image: string;
  name: string | undefined;
  tags: Record<string, string>;
  cpu: number;
  memoryMiB: number;
  timeoutSeconds: number;
  networkBlocked: boolean;
  secrets: string[];
  /** Volume name by where it is mounted. */
  mounts: Record<string, string>;
  command: string[];
}

interface SecretRecord {
  name: string;
  values: Record<string, string>;
}

export interface ImageRecord {
  id: string;
  /** What it was built from: the commands of all its layers. */
  commands: string[];
}

/** Everything that the service remembers. */
export interface World {
  /** Id by `environment/name`. */
  apps: Map<string, string>;
  images: Map<string, ImageRecord>;
  /** Image id by published name. */
  published: Map<string, string>;
  volumes: Map<string, { id: string; name: string; folder: string }>;
  secrets: Map<string, SecretRecord>;
  sandboxes: Map<string, SandboxRecord>;
  /** Tokens that control calls are made with. */
  tokens: Set<string>;
  creations: Creation[];
  /** Every process that was started, the file tool's apart. */
  started: { sandboxId: string; argv: string[] }[];
}

export const emptyWorld = (): World => ({
  apps: new Map(), images: new Map(), published: new Map(), volumes: new Map(), secrets: new Map(), sandboxes: new Map(), tokens: new Set(), creations: [], started: [],
});

export const newId = (prefix: string): string => `${prefix}-${randomBytes(11).toString('hex')}`;
/** "sb-" and 22 characters would be taken for a sandbox of the first generation: this has 26. */
export const newSandboxId = (): string => `sb-01${randomBytes(12).toString('hex').toUpperCase()}`;

export const notFound = (what: string): ServerError => new ServerError(Status.NOT_FOUND, `${what} not found`);

export function sandboxOf(world: World, sandboxId: string): SandboxRecord {
  const found = world.sandboxes.get(sandboxId);
  if (found === undefined) throw notFound(`Sandbox ${sandboxId}`);
  return found;
}

/** The sandbox of a task; each has one. */
export function taskOf(world: World, taskId: string): SandboxRecord {
  for (const sandbox of world.sandboxes.values()) if (sandbox.taskId === taskId) return sandbox;
  throw notFound(`Task ${taskId}`);
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An unsigned token: the SDK reads its expiry and nothing else. */
export const tokenFor = (claims: Record<string, unknown>, seconds: number): string =>
  `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url({ ...claims, exp: Math.floor(Date.now() / 1000 + seconds) })}.x`;

export const expiryOf = (token: string): number => {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString() || '{}') as { exp?: number };
  return claims.exp ?? 0;
};
