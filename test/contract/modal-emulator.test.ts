import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App, Image, ModalClient, Sandbox } from 'modal';
import type { Emulator } from '../support/modal-emulator/emulator.ts';
import { APP, clientOf, emulatedModal, IMAGE } from '../support/modal-emulator/published.ts';

let emulator: Emulator;
let client: ModalClient;
let app: App;
let image: Image;
beforeAll(async () => {
  emulator = await emulatedModal();
  client = clientOf(emulator);
  app = await client.apps.fromName(APP);
  image = await client.images.fromName(IMAGE);
});
afterAll(async () => {
  client.close();
  await emulator.close();
});

const read = (sandbox: Sandbox, path: string): Promise<string | undefined> => sandbox.filesystem.readText(path).catch(() => undefined);

it('what a sandbox writes on a volume is seen by another once it has been committed and is loaded anew', async () => {
  const volumes = { '/outputs': await client.volumes.fromName('video-outputs-main', { createIfMissing: true }) };
  const [writer, reader] = [await client.sandboxes.create(app, image, { volumes }), await client.sandboxes.create(app, image, { volumes })];
  await writer.filesystem.writeText('film', '/outputs/job/film.txt');
  await reader.reloadVolumes();
  expect(await read(reader, '/outputs/job/film.txt')).toBeUndefined();
  await emulator.commitVolumes(writer.sandboxId);
  expect(await read(reader, '/outputs/job/film.txt')).toBeUndefined();
  await reader.reloadVolumes();
  expect(await read(reader, '/outputs/job/film.txt')).toBe('film');
  await Promise.all([writer.terminate(), reader.terminate()]);
});

it('processes of a sandbox see its files and nothing of the host, and files are looked up where they run', async () => {
  const sandbox = await client.sandboxes.create(app, image, { blockNetwork: true });
  await sandbox.filesystem.writeText('inside', '/job/here.txt');
  const told = await sandbox.exec(['sh', '-c', `ln -s ${import.meta.filename} /job/link; ls / | tr "\\n" " "; cat /job/here.txt; touch /usr/x; ls ${import.meta.dirname}`]);
  const [stdout, stderr] = await Promise.all([told.stdout.readText(), told.stderr.readText()]);
  expect(stdout).toMatch(/job .*inside$/);
  expect(stderr).toMatch(/Read-only file system[^]*No such file/);
  expect(await read(sandbox, '/job/link')).toBeUndefined();
  await sandbox.terminate();
});

it('ends a sandbox that is idle for so long, or older than it may be', async () => {
  const idle = await client.sandboxes.create(app, image, { idleTimeoutMs: 1000 });
  const old = await client.sandboxes.create(app, image, { timeoutMs: 1000 });
  expect(await idle.wait()).not.toBeNull();
  expect(await old.wait()).toBe(124);
});

it('tells of calls that it does not know by their names', async () => {
  await expect(client.queues.fromName('any', { createIfMissing: true })).rejects.toThrow(/QueueGetOrCreate/);
});
