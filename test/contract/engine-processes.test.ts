import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scratchFolder } from '../support/command-line.ts';
import { type Program, startProgram, startService } from '../support/service.ts';

const data = scratchFolder();
let stack: Program;
let environment: Record<string, string>;

beforeAll(async () => {
  stack = await startProgram(['stack'], { LECTERN_DATA: join(data.path, 'stack') }, 4);
  const told = Object.fromEntries(stack.lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  environment = { ...told, LECTERN_DATA: join(data.path, 'data'), AUTH: 'none' };
});
afterAll(async () => {
  await stack?.stop();
  data.remove();
});

test('a service and workers that meet on a database that is empty all come up', async () => {
  const starting = [startService({ ...environment, LECTERN_SERVE_WORKER: 'no' }), startProgram(['worker'], environment), startProgram(['worker'], environment)];
  const started = await Promise.allSettled(starting);
  await Promise.all(started.map(async (each) => each.status === 'fulfilled' && (await each.value.stop())));
  expect(started.map((each) => (each.status === 'rejected' ? String(each.reason) : 'is up'))).toEqual(['is up', 'is up', 'is up']);
});

test('a worker whose database is gone ends well when it is told to', async () => {
  const worker = await startProgram(['worker'], environment);
  await stack.stop();
  expect(await worker.stop()).toBe(0);
  expect(worker.stderr()).not.toContain('Something went wrong');
});
