import { expect, test } from 'vitest';
import { writeBehind } from '../../functions/jobs/write-behind.ts';
import { LecternError } from '../../shared/errors.ts';

const outage = (): LecternError => new LecternError('store_unavailable', { message: 'away', fix: 'wait', retryable: true });
const refusal = (): LecternError => new LecternError('store_refused', { message: 'no', fix: 'mend' });

test('writes in order, and does again what an outage has kept away', async () => {
  const troubles: string[] = [];
  const written: string[] = [];
  const writes = writeBehind((note) => troubles.push(note));
  let outages = 2;
  writes.add(async () => void written.push('a'));
  writes.add(async () => {
    if (outages-- > 0) throw outage();
    written.push('b');
  });
  writes.add(async () => void written.push('c'));
  expect(writes.waiting).toBe(3);
  expect(await writes.settled()).toBe(true);
  expect(written).toEqual(['a', 'b', 'c']);
  expect(troubles).toEqual([expect.stringContaining('cannot be reached')]);
});

test('leaves out what is refused, and says so', async () => {
  const errors: unknown[] = [];
  const written: string[] = [];
  const writes = writeBehind((_, error) => errors.push(error));
  writes.add(() => Promise.reject(refusal()));
  writes.add(async () => void written.push('after'));
  expect(await writes.settled()).toBe(true);
  expect(written).toEqual(['after']);
  expect(errors).toMatchObject([{ code: 'store_refused' }]);
});

test('gives up waiting after the time given, and writes nothing once it is stopped', async () => {
  let attempts = 0;
  const writes = writeBehind(() => {});
  writes.add(() => {
    attempts += 1;
    return Promise.reject(outage());
  });
  expect(await writes.settled(20)).toBe(false);
  writes.stop();
  const before = attempts;
  writes.add(async () => void (attempts += 100));
  expect(await writes.settled()).toBe(false);
  expect(attempts).toBe(before);
  const idle = writeBehind(() => {});
  idle.stop();
  expect(await idle.settled(), 'what came after the stop is missing').toBe(false);
});

test('reads behind what is to be written, and waits an outage out; what is refused is thrown', async () => {
  const written: string[] = [];
  const writes = writeBehind(() => {});
  let outages = 2;
  writes.add(async () => void written.push('a'));
  const read = writes.read(async () => {
    if (outages-- > 0) throw outage();
    return [...written];
  });
  writes.add(async () => void written.push('b'));
  expect(await read).toEqual(['a']);
  await expect(writes.read(() => Promise.reject(refusal()))).rejects.toMatchObject({ code: 'store_refused' });
  expect(await writes.settled()).toBe(true);
  expect(written).toEqual(['a', 'b']);

  const waiting = writes.read(() => Promise.reject(outage()));
  writes.stop();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await expect(writes.read(async () => 'late')).rejects.toMatchObject({ name: 'AbortError' });
});
