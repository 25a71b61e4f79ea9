import type { Image } from 'modal';
import { type Box, boxOf, endSandbox } from './box.ts';
import type { SandboxClaims } from '../../../shared/contract/sandbox.ts';
import type { Connection } from './connection.ts';
import type { SandboxLog } from './log.ts';
import { heeded } from './obtain.ts';
import { LIFETIME_SECONDS, renderSandbox } from './specification.ts';

export interface PoolSize {
  /** How many may wait at most; none is started ahead where it is 0. */
  most: number;
  /** One that has waited for so long is ended: what is left of its life would not do for a long section. */
  ageSeconds: number;
  /** Renders that began so long ago still count as demand. */
  memorySeconds: number;
  /** How often it is looked at while there is demand. */
  everySeconds: number;
}

export const usualPool: PoolSize = { most: 8, ageSeconds: 240, memorySeconds: 60, everySeconds: 5 };
export const noPool: PoolSize = { ...usualPool, most: 0 };

export interface PoolParts {
  /** A uuid of this process. */
  owner: string;
  connection: Connection;
  image: () => Promise<Image>;
  claims: SandboxClaims;
  size: PoolSize;
  log: SandboxLog;
}

export interface SandboxPool {
  /** A render begins: others may follow it. */
  noteRender(): void;
  /** Looks now how many wait and how many are wanted. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const READY_SECONDS = 120;

/**
 * Sandboxes that have loaded Manim before there is a section for them. As many are kept waiting as renders began within the last
 * minute, up to the size of the pool: none where nothing is made. Who needs one claims it, whichever process started it.
 */
export function openPool(parts: PoolParts): SandboxPool {
  const { size } = parts;
  let begun: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let closed = false;

  const wanted = (): number => {
    const since = performance.now() - size.memorySeconds * 1000;
    begun = begun.filter((at) => at > since);
    return closed ? 0 : Math.min(size.most, begun.length);
  };
  const look = (): Promise<void> => {
    looking = looking.then(() => change(parts, wanted())).catch((error: unknown) => parts.log.warn({ error }, 'Sandboxes could not be started ahead.'));
    return looking;
  };
  const tick = (): void => {
    const target = wanted();
    void look();
    if (target > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    noteRender() {
      if (closed || size.most === 0) return;
      begun.push(performance.now());
      timer ??= setInterval(tick, size.everySeconds * 1000).unref();
    },
    look,
    async close() {
      closed = true;
      clearInterval(timer);
      if (size.most > 0) await look();
    },
  };
}

async function change(parts: PoolParts, target: number): Promise<void> {
  const { claims, connection, owner, size, log } = parts;
  const image = await parts.image();
  const wish = { owner, app: connection.appName, image: image.imageId, target, ageSeconds: size.ageSeconds, lifetimeSeconds: LIFETIME_SECONDS };
  const todo = await heeded(claims.keep(wish), log);
  if (todo === undefined) return;
  await Promise.all([...todo.start.map((name) => startOne(parts, name, image)), ...todo.end.map((sandboxId) => endOne(parts, sandboxId))]);
}

/** One that is ready can be claimed; one that is not by then is ended. */
async function startOne({ connection, claims, log }: PoolParts, name: string, image: Image): Promise<void> {
  let box: Box | undefined;
  try {
    box = await connection.use(async ({ client, app }) => boxOf(await client.sandboxes.create(app, image, renderSandbox(name))));
    await box.waitUntilReady(READY_SECONDS);
    if (await claims.ready(name, box.id)) return box.leave();
  } catch (error) {
    // Those who need a sandbox will ask for one themselves, and wait for it.
    log.info({ sandbox: box?.id, error }, 'A sandbox could not be started ahead.');
  }
  if (box === undefined) return;
  box.leave();
  await endSandbox(connection, box.id).catch((error: unknown) => log.warn({ sandbox: box.id, error }, 'A sandbox could not be ended: it ends by itself, or is swept.'));
}

async function endOne({ connection, log }: PoolParts, sandboxId: string): Promise<void> {
  try {
    await endSandbox(connection, sandboxId);
    log.info({ sandbox: sandboxId }, 'A sandbox that was started ahead was not needed.');
  } catch (error) {
    log.warn({ sandbox: sandboxId, error }, 'A sandbox could not be ended: it ends by itself, or is swept.');
  }
}
