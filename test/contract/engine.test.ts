import { expect, test } from 'vitest';
import { inProcessEngine } from '../../functions/engine/in-process.ts';
import type { Flow } from '../../functions/engine/port.ts';
import { room } from '../../functions/engine/room.ts';

/** A promise that the test settles. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

test('a step answers what its work answers, and is told of cancelling', async () => {
  const cancel = new AbortController();
  const engine = inProcessEngine(room(1), cancel.signal);
  expect(await engine.step('a', async () => 7)).toBe(7);
  const stopped = engine.step('b', (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))));
  cancel.abort();
  await expect(stopped).rejects.toThrow('aborted');
  await expect(engine.step('c', async () => 8)).rejects.toThrow('aborted');
});

test('children start in the order asked for, and never more than there is room for', async () => {
  const engine = inProcessEngine(room(2), new AbortController().signal);
  const gates = [gate(), gate(), gate(), gate()];
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const flow: Flow<number, number> = {
    name: 'wait',
    async run(index) {
      started.push(index);
      most = Math.max(most, ++running);
      await gates[index]?.opened;
      running -= 1;
      return index * 10;
    },
  };
  const children = gates.map((_, index) => engine.child(flow, `c${index}`, index));
  for (const index of [1, 0, 2, 3]) {
    gates[index]?.open();
    await children[index];
  }
  expect(await Promise.all(children)).toEqual([0, 10, 20, 30]);
  expect(started).toEqual([0, 1, 2, 3]);
  expect(most).toBe(2);
});

test('a child that fails makes room for the next', async () => {
  const engine = inProcessEngine(room(1), new AbortController().signal);
  const failing: Flow<null, never> = { name: 'fail', run: () => Promise.reject(new Error('broken')) };
  const fine: Flow<null, string> = { name: 'fine', run: async () => 'fine' };
  const first = engine.child(failing, 'a', null);
  const second = engine.child(fine, 'b', null);
  await expect(first).rejects.toThrow('broken');
  expect(await second).toBe('fine');
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
