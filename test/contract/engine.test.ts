import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Engine, Flow } from '../../functions/engine/port.ts';
import { room } from '../../functions/engine/room.ts';
import { LecternError } from '../../shared/errors.ts';
import { type DurableHost, durableHost, type EngineHost, inProcessHost, WORKER_NAME } from '../support/durable/engine-host.ts';

/** A promise that the test settles. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

const adapters = [
  { name: 'in process', open: async (): Promise<EngineHost> => inProcessHost() },
  { name: 'on DBOS', open: (): Promise<EngineHost> => durableHost() },
];

describe.each(adapters)('the engine $name', ({ open }) => {
  let host: EngineHost;
  beforeAll(async () => void (host = await open()));
  afterAll(() => host.close());

  test('a step answers what its work answers, nothing included', async () => {
    const job = host.run(async (engine) => [await engine.step('a', async () => 7), await engine.step('b', async () => undefined)]);
    expect(await job.ended).toEqual([7, undefined]);
  });

  test('a step is told of cancelling, and none runs after that', async () => {
    const begun = gate();
    let after = 0;
    const job = host.run(async (engine) => {
      const stopped = engine.step('a', (signal) => new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        begun.open();
      }));
      await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
      return engine.step('b', async () => (after += 1));
    });
    await begun.opened;
    const asked = performance.now();
    await job.cancel();
    await expect(job.ended).rejects.toMatchObject({ name: 'AbortError' });
    expect(performance.now() - asked).toBeLessThan(2000);
    expect(after).toBe(0);
  });

  test('what a step or a child throws is told to the letter', async () => {
    const thrown = new LecternError('speech_down', { message: 'No voice.', fix: 'Wait.', retryable: true, line: 3 });
    const told = (error: unknown): boolean => error instanceof LecternError && error.code === 'speech_down' && error.fix === 'Wait.' && error.retryable && error.line === 3;
    const failing: Flow<null, never> = { name: 'failing', run: () => Promise.reject(thrown) };
    const heard = host.run(
      async (engine) => {
        const step = await engine.step('a', () => Promise.reject(thrown)).catch(told);
        return [step, await engine.child(failing, 'child', null).catch(told)];
      },
      [failing as Flow<never, unknown>],
    );
    expect(await heard.ended).toEqual([true, true]);
  });

  test('children start in the order asked for, and never more than there is room for', async () => {
    const gates = [gate(), gate(), gate(), gate()];
    const full = gate();
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const flow: Flow<number, number> = {
      name: 'wait',
      async run(index) {
        if (started.push(index) === 2) full.open();
        most = Math.max(most, ++running);
        await gates[index]?.opened;
        running -= 1;
        return index * 10;
      },
    };
    const job = host.run(
      async (engine) => {
        const children = gates.map((_, index) => engine.child(flow, `c${index}`, index));
        await full.opened;
        for (const index of [1, 0, 2, 3]) {
          gates[index]?.open();
          await children[index];
        }
        return Promise.all(children);
      },
      [flow as Flow<never, unknown>],
    );
    expect(await job.ended).toEqual([0, 10, 20, 30]);
    // Two that find room at once may begin either way round.
    expect([started.slice(0, 2).sort(), started.slice(2).sort()]).toEqual([[0, 1], [2, 3]]);
    expect(most).toBe(2);
  });

  test('a child that fails makes room for the next', async () => {
    const flow: Flow<number, string> = { name: 'some fail', run: (index) => (index < 2 ? Promise.reject(new Error('broken')) : Promise.resolve('fine')) };
    const job = host.run(
      async (engine) => {
        const children = [0, 1, 2].map((index) => engine.child(flow, `c${index}`, index));
        return (await Promise.allSettled(children)).map((child) => (child.status === 'fulfilled' ? child.value : (child.reason as Error).message));
      },
      [flow as Flow<never, unknown>],
    );
    expect(await job.ended).toEqual(['broken', 'broken', 'fine']);
  });
});

describe('a flow that outlives its worker', () => {
  let host: DurableHost;
  beforeAll(async () => void (host = await durableHost()));
  afterAll(() => host.close());

  const incarnation = async (): Promise<string> => (await host.database.query<{ incarnation: string }>('select incarnation from public.workers')).rows[0]?.incarnation ?? '';

  test('is gone on with from its last recorded step, and who has lost it writes nothing more', async () => {
    const [reached, held] = [gate(), gate()];
    const run = { a: 0, b: 0, ends: 0 };
    const job = host.run(async (engine: Engine) => {
      const a = await engine.step('a', async () => (run.a += 1));
      const b = await engine.step('b', async () => {
        run.b += 1;
        reached.open();
        if (run.b === 1) await held.opened;
        return run.b;
      });
      run.ends += 1;
      return [a, b];
    });
    await reached.opened;
    await host.database.query('select public.take_over($1, $2, true)', [WORKER_NAME, await incarnation()]);
    expect(await job.ended).toEqual([1, 2]);
    held.open();
    expect(run).toEqual({ a: 1, b: 2, ends: 1 });
  });

  test('is given up when it has killed its worker again and again, and somebody is told', async () => {
    const flow: Flow<null, string> = { name: 'part', run: async () => 'done' };
    const job = host.run(
      async (engine) => {
        await engine.step('a', () => host.database.query('insert into public.rescues (workflow_id, rescues, steps) values ($1, 4, 0)', [`${job.jobId}-deadly`]).then(() => null));
        return engine.child(flow, 'deadly', null);
      },
      [flow as Flow<never, unknown>],
    );
    await expect(job.ended).rejects.toMatchObject({ code: 'worker_killed' });
    await vi.waitFor(() => expect(host.failed).toEqual([job.jobId]));
  });

  test('that kills its worker is given up, but neither the job that waits for it nor what is made beside it', async () => {
    const deaths = Array.from({ length: 4 }, gate);
    const begun = { deadly: 0, beside: 0 };
    const never = (): Promise<never> => new Promise(() => {});
    const deadly: Flow<null, never> = {
      name: 'deadly',
      run: (_, engine) =>
        engine.step('die', () => {
          deaths[begun.deadly]?.open();
          begun.deadly += 1;
          return never();
        }),
    };
    // It needs longer than its workers live, until it is tried without the other.
    const beside: Flow<null, string> = { name: 'beside', run: (_, engine) => engine.step('draw', () => ((begun.beside += 1) <= 2 ? never() : Promise.resolve('drawn'))) };
    const job = host.run(
      (engine) => Promise.all([engine.child(deadly, 'deadly', null).catch((error: LecternError) => error.code), engine.child(beside, 'beside', null)]),
      [deadly as Flow<never, unknown>, beside as Flow<never, unknown>],
    );
    for (const { opened } of deaths) {
      await opened;
      await host.database.query('select public.take_over($1, $2, true)', [WORKER_NAME, await incarnation()]);
    }
    expect(await job.ended).toEqual(['worker_killed', 'drawn']);
    expect(begun.deadly).toBe(4);
    const { rows } = await host.database.query('select 1 from public.rescues where workflow_id = $1', [job.jobId]);
    expect(rows).toEqual([]);
    expect(host.failed).not.toContain(job.jobId);
  });

  test('a job is to blame only where no part of it is under way, or waits for a place', async () => {
    const blamedBeside = async (status: string): Promise<unknown> => {
      const id = `job beside ${status}`;
      await host.database.query('insert into dbos.workflow_status (workflow_uuid, parent_workflow_id, status) values ($1, null, $2), ($3, $1, $4)', [id, 'PENDING', `${id}-part`, status]);
      const { rows } = await host.database.query<{ blamed: boolean }>('select public.is_to_blame($1, gen_random_uuid()) as blamed', [id]);
      await host.database.query('delete from dbos.workflow_status where workflow_uuid = any($1)', [[id, `${id}-part`]]);
      return rows[0]?.blamed;
    };
    expect([await blamedBeside('PENDING'), await blamedBeside('ENQUEUED'), await blamedBeside('SUCCESS')]).toEqual([false, false, true]);
  });
});

test('who is cancelled while it waits for room leaves at once, and takes no room', async () => {
  const place = room(1);
  const cancel = new AbortController();
  await place.enter(new AbortController().signal);
  const waiting = place.enter(cancel.signal);
  const next = place.enter(new AbortController().signal);
  cancel.abort(new Error('not wanted any more'));
  await expect(waiting).rejects.toThrow('not wanted');
  place.leave();
  await next;
  await expect(place.enter(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
});
