import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryClaims } from '../../../functions/compute/modal/memory-claims.ts';
import { supabaseSandboxes } from '../../../functions/store/supabase/sandboxes.ts';
import type { SandboxClaims } from '../../../shared/contract/sandbox.ts';
import { type Backend, openBackend } from '../../support/supabase.ts';

let backend: Backend;
beforeAll(async () => void (backend = await openBackend()));
afterAll(() => backend.close());

const adapters = [
  { name: 'of a process alone', open: (): SandboxClaims => memoryClaims(() => Date.now()) },
  { name: 'in the store', open: (): SandboxClaims => supabaseSandboxes(backend.service) },
];

describe.each(adapters)('claims of sandboxes $name', ({ open }) => {
  const app = `app-${randomUUID()}`;
  const place = { app, image: 'im-1' };
  const render = (section = 1, renderKey = 'k') => ({ ...place, jobId: randomUUID(), section, renderKey, secondsNeeded: 60 });
  const pool = (owner: string, target: number, ageSeconds = 240) => ({ ...place, owner, target, ageSeconds, lifetimeSeconds: 900 });
  const newId = () => `sb-${randomUUID()}`;

  async function startAhead(claims: SandboxClaims, owner: string, target: number): Promise<string[]> {
    const { start } = await claims.keep(pool(owner, target));
    const ids = start.map(newId);
    expect(await claims.starting()).toEqual(expect.arrayContaining(start));
    for (const [index, name] of start.entries()) expect(await claims.ready(name, ids[index] as string)).toBe(true);
    for (const name of await claims.starting()) expect(start).not.toContain(name);
    return ids;
  }

  it('find the sandbox of a render again, and of no other', async () => {
    const claims = open();
    const [wish, sandboxId] = [render(), newId()];
    expect(await claims.claim(wish)).toBeUndefined();
    await claims.add({ ...wish, sandboxId, lifetimeSeconds: 900 });
    expect(await claims.claim(wish)).toMatchObject({ sandboxId, isFound: true });
    for (const other of [{ section: 2 }, { renderKey: 'other' }, { jobId: randomUUID() }]) expect(await claims.claim({ ...wish, ...other })).toBeUndefined();
    expect(await claims.known()).toContain(sandboxId);
    await claims.remove(sandboxId);
    expect(await claims.claim(wish)).toBeUndefined();
  });

  it('know one sandbox for a render: the last that was made for it', async () => {
    const claims = open();
    const [wish, first, second] = [render(), newId(), newId()];
    await claims.add({ ...wish, sandboxId: first, lifetimeSeconds: 900 });
    await claims.add({ ...wish, sandboxId: second, lifetimeSeconds: 900 });
    expect(await claims.claim(wish)).toMatchObject({ sandboxId: second });
    expect(await claims.known()).not.toContain(first);
  });

  it('give each sandbox that waits to one render, however many ask at once', async () => {
    const claims = open();
    const owner = randomUUID();
    const waiting = await startAhead(claims, owner, 5);
    const claimed = await Promise.all(Array.from({ length: 12 }, (_, index) => claims.claim(render(index + 1))));
    const ids = claimed.flatMap((each) => each?.sandboxId ?? []);
    expect(ids.toSorted()).toEqual(waiting.toSorted());
    expect(claimed.filter((each) => each?.isFound)).toEqual([]);
  });

  it('give none that is not ready, has another image, or does not live long enough', async () => {
    const claims = open();
    const owner = randomUUID();
    await claims.keep(pool(owner, 1));
    expect(await claims.claim(render())).toBeUndefined();
    const [, sandboxId] = [await claims.keep(pool(owner, 0)), (await startAhead(claims, owner, 1))[0]];
    expect(await claims.claim({ ...render(), image: 'im-2' })).toBeUndefined();
    expect(await claims.claim({ ...render(), secondsNeeded: 901 })).toBeUndefined();
    expect(await claims.claim(render())).toMatchObject({ sandboxId, isFound: false });
  });

  it('end those that are too many, or have waited too long, and keep what is claimed', async () => {
    const claims = open();
    const [owner, wish] = [randomUUID(), render()];
    const waiting = await startAhead(claims, owner, 3);
    const claimed = await claims.claim(wish);
    const rest = waiting.filter((id) => id !== claimed?.sandboxId);
    expect((await claims.keep(pool(owner, 2))).start).toEqual([]);
    const { start, end } = await claims.keep(pool(owner, 1));
    expect([start, end.length]).toEqual([[], 1]);
    expect(rest).toEqual(expect.arrayContaining(end));
    const aged = await claims.keep(pool(randomUUID(), 0, 0));
    expect([...aged.end, ...end].toSorted()).toEqual(rest.toSorted());
    expect(await claims.claim(wish)).toMatchObject({ sandboxId: claimed?.sandboxId, isFound: true });
  });

  it('keep the image that a job began with', async () => {
    const claims = open();
    const jobId = randomUUID();
    expect(await claims.imageOf({ jobId, ...place })).toBe('im-1');
    expect(await claims.imageOf({ jobId, app, image: 'im-2' })).toBe('im-1');
    expect(await claims.imageOf({ jobId: randomUUID(), app, image: 'im-2' })).toBe('im-2');
  });
});

it('nobody but the service sees or changes claims', async () => {
  const user = await backend.asUser('claims');
  for (const client of [user, backend.anonymous]) {
    for (const table of ['sandboxes', 'job_images']) expect((await client.from(table).select()).error).not.toBeNull();
    expect((await client.rpc('claim_sandbox', { p_claim: {} })).error).not.toBeNull();
    expect((await client.rpc('keep_sandboxes', { p_pool: {} })).error).not.toBeNull();
  }
});
