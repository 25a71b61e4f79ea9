import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nameDiskFull } from '../../../shared/errors.ts';
import { sha256 } from './content-address.ts';
import type { TexDocument, TexFault } from './tex-document.ts';

export interface TexCache {
  folder: string;
  /** `undefined` when it is not known; `null` when its SVG is there. */
  look(document: TexDocument): Promise<TexFault | null | undefined>;
  keepSvg(document: TexDocument, svg: Buffer): Promise<void>;
  keepFault(document: TexDocument, fault: TexFault): Promise<void>;
}

/** The name under which host and worker both find a document's SVG. */
export const texKey = ({ compiler, outputFormat, source }: TexDocument): string => sha256(compiler, outputFormat, source);

/**
 * SVGs, and the messages of documents that do not compile, by the hash of the document. Scenes see the folder read-only. Where root owns
 * it they cannot list it either, so that a scene sees what it asks for and not what others asked for. A message
 * holds for the TeX installation that said it: a package that was missing may be there now.
 */
export async function openTexCache(folder: string): Promise<TexCache> {
  await mkdir(folder, { recursive: true });
  if (process.getuid?.() === 0) await chmod(folder, 0o711);
  const installation = await texInstallation();
  const svgPath = (document: TexDocument): string => join(folder, `${texKey(document)}.svg`);
  const faultPath = (document: TexDocument): string => join(folder, `${texKey(document)}-${installation}.fault`);
  return {
    folder,
    async look(document) {
      if (await exists(svgPath(document))) return null;
      const message = await readFile(faultPath(document), 'utf8').catch(ignoreMissing);
      return message === undefined ? undefined : { kind: 'tex', message };
    },
    keepSvg: (document, svg) => writeWhole(svgPath(document), svg),
    keepFault: (document, { message }) => writeWhole(faultPath(document), message),
  };
}

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(ignoreMissing)) !== undefined;

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function writeWhole(path: string, content: Buffer | string): Promise<void> {
  const partial = `${path}.${randomUUID()}`;
  await writeFile(partial, content, { mode: 0o644 }).catch(nameDiskFull);
  await rename(partial, path);
}

/** TeX's lists of files are written anew with every package that comes or goes. */
async function texInstallation(): Promise<string> {
  const lists = ['/var/lib/texmf/ls-R', '/var/lib/texmf/ls-R-TEXLIVEDIST', '/usr/share/texlive/texmf-dist/ls-R'];
  const times = await Promise.all(lists.map(async (path) => String((await stat(path).catch(ignoreMissing))?.mtimeMs ?? '')));
  return sha256(...times).slice(0, 12);
}
