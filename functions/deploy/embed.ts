import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** A file as it is to stand in an image. */
export interface EmbeddedFile {
  /** Relative to the folder that the archive is unpacked in. */
  path: string;
  content: Buffer;
}

/**
 * Builders refuse lines of 64 KiB, and the kernel an argument of 128 KiB, which the command of a RUN is to the shell.
 */
export const COMMAND_CHARACTERS = 60_000;

const ARCHIVE = '/tmp/lectern-embedded';
const PLAIN_FILE = 0o644;
const PLAIN_FOLDER = 0o755;

/**
 * Commands for an image that write these files into `folder`, for builders that have no local context to copy from:
 * one archive in base64, in pieces, whose hash is checked before it is unpacked. The same files give the same commands.
 */
export async function embedCommands(files: readonly EmbeddedFile[], folder: string): Promise<string[]> {
  const archive = gzipSync(await tarOf(files), { level: 9 });
  const encoded = archive.toString('base64');
  const pieces = encoded.match(new RegExp(`.{1,${COMMAND_CHARACTERS - ARCHIVE.length - 40}}`, 'g')) ?? [];
  const hash = createHash('sha256').update(archive).digest('hex');
  return [
    ...pieces.map((piece, index) => `RUN printf %s ${piece} ${index === 0 ? '>' : '>>'}${ARCHIVE}.base64`),
    [
      `RUN base64 --decode ${ARCHIVE}.base64 >${ARCHIVE}.tar.gz`,
      `echo '${hash}  ${ARCHIVE}.tar.gz' | sha256sum --check --strict --quiet`,
      `mkdir -p '${folder}'`,
      `tar --extract --gzip --no-same-owner --file ${ARCHIVE}.tar.gz --directory '${folder}'`,
      `rm ${ARCHIVE}.base64 ${ARCHIVE}.tar.gz`,
    ].join(' && '),
  ];
}

async function tarOf(files: readonly EmbeddedFile[]): Promise<Buffer> {
  const archive = pack();
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const name of foldersOf(sorted)) archive.entry({ name, type: 'directory', mode: PLAIN_FOLDER, mtime: new Date(0) });
  for (const { path, content } of sorted) archive.entry({ name: path, mode: PLAIN_FILE, mtime: new Date(0) }, content);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function foldersOf(files: readonly EmbeddedFile[]): string[] {
  const folders = files.flatMap(({ path }) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(folders)].sort();
}
