import { describe, expect, it } from 'vitest';
import { createCoreTokens } from '../../functions/compute/local/core-tokens.ts';
import { defaultPoolSize } from '../../functions/compute/local/worker-pool.ts';

const never = new AbortController().signal;
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('cores that are lent', () => {
  it('go to a section that can use them, and are called back for one that waits', async () => {
    const cores = createCoreTokens(3);
    const told: number[] = [];
    const first = await cores.lease(never, (granted) => told.push(granted));
    first.want(8);
    expect([first.granted, told]).toEqual([3, [2, 3]]);
    const second = cores.lease(never, () => undefined);
    let hasSecond = false;
    void second.then(() => (hasSecond = true));
    await tick();
    expect([first.granted, hasSecond]).toEqual([2, false]);
    first.giveBackTo(2);
    await second;
    expect(told).toEqual([2, 3, 2]);
  });

  it('are shared evenly, and what one gives up the other gets', async () => {
    const cores = createCoreTokens(4);
    const [one, other] = [await cores.lease(never, () => undefined), await cores.lease(never, () => undefined)];
    one.want(4);
    other.want(4);
    expect([one.granted, other.granted]).toEqual([3, 1]);
    one.want(1);
    expect([one.granted, other.granted]).toEqual([1, 3]);
    one.release();
    one.release();
    expect(other.granted).toBe(4);
  });

  it('are never more than there are, whatever is asked and given back', async () => {
    const cores = createCoreTokens(2);
    const one = await cores.lease(never, () => undefined);
    one.giveBackTo(1000);
    one.giveBackTo(-5);
    one.want(1000);
    expect(one.granted).toBe(2);
    one.giveBackTo(1);
    one.release();
    const granted = await cores.hold(10, (count) => Promise.resolve(count));
    expect(granted).toBe(2);
  });

  it('are not taken by who has stopped waiting', async () => {
    const cores = createCoreTokens(1);
    const one = await cores.lease(never, () => undefined);
    const cancel = new AbortController();
    const given = cores.lease(cancel.signal, () => undefined);
    cancel.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    one.release();
    expect(await cores.hold(1, (count) => Promise.resolve(count))).toBe(1);
  });
});

it.each([
  [2, 24_000, 6],
  [2, 4000, 2],
  [16, 1000, 0],
])('%i cores and %i MiB have %i workers waiting', (cores, memoryMiB, workers) => {
  expect(defaultPoolSize(cores, memoryMiB)).toBe(workers);
});
