import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type Sandbox, SandboxFilesystemNotFoundError } from 'modal';
import type { Connection } from './connection.ts';
import { Trouble, troubleOf } from './troubles.ts';

/** One sandbox and the few things that are done with it. Whatever goes wrong with it is a `Trouble`. */
export interface Box {
  readonly id: string;
  isRunning(): Promise<boolean>;
  tags(): Promise<Record<string, string>>;
  setTags(tags: Record<string, string>): Promise<void>;
  waitUntilReady(seconds: number): Promise<void>;
  write(path: string, content: string | Uint8Array): Promise<void>;
  copyIn(localPath: string, path: string): Promise<void>;
  /** Bytes of a file; undefined where there is none. */
  sizeOf(path: string): Promise<number | undefined>;
  /** The file, if it is no larger; no more of it is ever taken in. */
  read(path: string, mostBytes: number): Promise<Buffer>;
  /** Copies a file to a new one of the host's; answers what came of it. */
  copyOut(path: string, localPath: string, mostBytes: number): Promise<{ bytes: number; sha256: string }>;
  /** What its first process prints, from the beginning. */
  printed(): Readable;
  lastWords(): Promise<string>;
  run(argv: string[], options: { input: string; timeoutSeconds: number }): Promise<BoxProcess>;
  /** Lets go of the connection to it, and leaves it running. */
  leave(): void;
}

export interface BoxProcess {
  output: Readable;
  stderr(): Promise<string>;
  exitCode(): Promise<number>;
}

const LAST_WORDS_CHARACTERS = 500;

export function boxOf(sandbox: Sandbox): Box {
  return {
    id: sandbox.sandboxId,
    isRunning: () => told(sandbox.poll()).then((code) => code === null),
    tags: () => told(sandbox.getTags()),
    setTags: (tags) => told(sandbox.setTags(tags)),
    waitUntilReady: (seconds) => told(sandbox.waitUntilReady(seconds * 1000)),
    write: (path, content) => told(typeof content === 'string' ? sandbox.filesystem.writeText(content, path) : sandbox.filesystem.writeBytes(content, path)),
    copyIn: (localPath, path) => told(sandbox.filesystem.copyFromLocal(localPath, path)),
    sizeOf: (path) => told(sizeOf(sandbox, path)),
    read: (path, mostBytes) => told(readCapped(sandbox, path, mostBytes)),
    copyOut: (path, localPath, mostBytes) => told(copyOut(sandbox, path, { localPath, mostBytes })),
    printed: () => Readable.from(toldBytes(sandbox.stdout)),
    lastWords: () => lastWords(sandbox).catch(() => ''),
    run: (argv, options) => told(run(sandbox, argv, options)),
    leave: () => sandbox.detach(),
  };
}

/** Ends a sandbox and everything in it; it may have ended long ago. Not by the client that it came from, whose token may not be believed any more. */
export async function endSandbox(connection: Connection, sandboxId: string): Promise<void> {
  try {
    await connection.use(async ({ client }) => {
      const sandbox = await client.sandboxes.fromId(sandboxId);
      await sandbox.terminate();
      sandbox.detach();
    });
  } catch (error) {
    if (!(error instanceof Trouble) || error.kind !== 'lost') throw error;
  }
}

async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw troubleOf(error);
  }
}

async function sizeOf(sandbox: Sandbox, path: string): Promise<number | undefined> {
  try {
    return (await sandbox.filesystem.stat(path)).size;
  } catch (error) {
    if (error instanceof SandboxFilesystemNotFoundError) return undefined;
    throw error;
  }
}

/** `head` gives no more than was asked for, however large the file is by then. */
async function chunksOf(sandbox: Sandbox, path: string, mostBytes: number): Promise<AsyncIterable<Uint8Array>> {
  const { stdout } = await sandbox.exec(['head', '-c', String(mostBytes + 1), path], { mode: 'binary', stderr: 'ignore' });
  return stdout;
}

async function readCapped(sandbox: Sandbox, path: string, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await chunksOf(sandbox, path, mostBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function copyOut(sandbox: Sandbox, path: string, { localPath, mostBytes }: { localPath: string; mostBytes: number }): Promise<{ bytes: number; sha256: string }> {
  const file: FileHandle = await open(localPath, 'wx');
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of await chunksOf(sandbox, path, mostBytes)) {
      await file.write(chunk);
      hash.update(chunk);
      bytes += chunk.length;
    }
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function* toldBytes(stream: AsyncIterable<string | Uint8Array>): AsyncGenerator<Buffer> {
  try {
    for await (const piece of stream) yield Buffer.from(piece as Uint8Array);
  } catch (error) {
    throw troubleOf(error);
  }
}

async function lastWords(sandbox: Sandbox): Promise<string> {
  let end = '';
  for await (const text of sandbox.stderr) end = `${end}${text}`.slice(-LAST_WORDS_CHARACTERS);
  return end;
}

async function run(sandbox: Sandbox, argv: string[], { input, timeoutSeconds }: { input: string; timeoutSeconds: number }): Promise<BoxProcess> {
  const running = await sandbox.exec(argv, { mode: 'binary', timeoutMs: Math.ceil(timeoutSeconds) * 1000 });
  const writer = running.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  return {
    output: Readable.from(toldBytes(running.stdout)),
    stderr: () => told(running.stderr.readBytes().then((bytes) => Buffer.from(bytes).toString('utf8'))),
    exitCode: () => told(running.wait()),
  };
}
