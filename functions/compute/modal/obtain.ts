import type { Image } from 'modal';
import { AlreadyExistsError } from 'modal';
import { type Box, boxOf, endSandbox } from './box.ts';
import type { SandboxClaim, SandboxClaims } from '../../../shared/contract/sandbox.ts';
import type { Connection } from './connection.ts';
import type { SandboxLog } from './log.ts';
import { type Budget, pauseBefore, rest } from './patience.ts';
import { LIFETIME_SECONDS, nameOf, renderSandbox, renderTags } from './specification.ts';
import { Trouble } from './troubles.ts';

export interface ObtainParts {
  connection: Connection;
  image: Image;
  claims: SandboxClaims;
  budget: Budget;
  log: SandboxLog;
}

/** A sandbox that works for one render. */
export interface Held {
  box: Box;
  claimedAt: Date;
  /** It has worked for this render before. */
  isFound: boolean;
}

/** Whoever holds a name may end at any moment: then it is asked for again. */
const MOST_LOOKS = 5;

/**
 * The sandbox that works for this render already, by its claim or by its name; else one that was started ahead; else a new one.
 * Waits for room as long as the budget says. @throws Trouble
 */
export async function obtain(parts: ObtainParts, wish: SandboxClaim, signal: AbortSignal): Promise<Held> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const claimed = await heeded(parts.claims.claim(wish), parts.log);
    if (claimed === undefined) return createPatiently(parts, wish, signal);
    const box = await parts.connection.use(async ({ client }) => boxOf(await client.sandboxes.fromId(claimed.sandboxId)));
    if (await box.isRunning()) {
      if (!claimed.isFound) await box.setTags(renderTags(wish));
      return { box, claimedAt: claimed.claimedAt, isFound: claimed.isFound };
    }
    box.leave();
    parts.log.debug({ sandbox: claimed.sandboxId }, 'A sandbox that was claimed is no more.');
    await heeded(parts.claims.remove(claimed.sandboxId), parts.log);
  }
  return createPatiently(parts, wish, signal);
}

/** Claims save money and time; a film is made without them, too, where the store cannot be reached. */
export async function heeded<T>(asked: Promise<T>, log: SandboxLog): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    log.warn({ error }, 'The claims of sandboxes cannot be reached.');
    return undefined;
  }
}

async function createPatiently(parts: ObtainParts, wish: SandboxClaim, signal: AbortSignal): Promise<Held> {
  const startedAt = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await createOrFind(parts, wish);
    } catch (error) {
      const waited = (performance.now() - startedAt) / 1000;
      if (!(error instanceof Trouble) || error.kind !== 'refused') throw error;
      if (waited > parts.budget.roomSeconds) throw new Trouble('refused', `${error.message} It was asked ${attempt + 1} times in ${Math.round(waited)} s.`, error);
      parts.log.info({ job: wish.jobId, section: wish.section, attempt: attempt + 1 }, 'Modal has no room for one more sandbox; it is asked again.');
    }
    await rest(pauseBefore(attempt, parts.budget), signal);
  }
}

/** Of a name there is one at a time: that of an attempt before is gone on with where it is at the same render, and ended where not. */
async function createOrFind(parts: ObtainParts, wish: SandboxClaim): Promise<Held> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const held = (await created(parts, wish)) ?? (await namesake(parts, wish));
    if (held === undefined) continue;
    await heeded(parts.claims.add({ ...wish, sandboxId: held.box.id, lifetimeSeconds: LIFETIME_SECONDS }), parts.log);
    return held;
  }
  throw new Trouble('unreachable', `Others keep the name ${nameOf(wish)}.`);
}

const created = (parts: ObtainParts, wish: SandboxClaim): Promise<Held | undefined> =>
  parts.connection.use(async ({ client, app }) => {
    const claimedAt = new Date();
    try {
      return { box: boxOf(await client.sandboxes.create(app, parts.image, renderSandbox(wish))), claimedAt, isFound: false };
    } catch (error) {
      if (error instanceof AlreadyExistsError) return undefined;
      throw error;
    }
  });

async function namesake({ connection, log }: ObtainParts, wish: SandboxClaim): Promise<Held | undefined> {
  const claimedAt = new Date();
  try {
    const box = await connection.use(async ({ client }) => boxOf(await client.sandboxes.fromName(connection.appName, nameOf(wish))));
    if ((await box.tags())['render'] === wish.renderKey && (await box.isRunning())) return { box, claimedAt, isFound: true };
    log.info({ job: wish.jobId, section: wish.section, sandbox: box.id }, 'A sandbox of an earlier attempt is ended.');
    box.leave();
    await endSandbox(connection, box.id);
  } catch (error) {
    if (!(error instanceof Trouble) || error.kind !== 'lost') throw error;
  }
  return undefined;
}
