import { open, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { LecternError } from '../../shared/errors.ts';
import type { Materials } from './port.ts';

/** What a file's first bytes say of it: undefined when they are as they should be. */
export type ContentCheck = (name: string, bytes: Uint8Array) => LecternError | undefined;

/** The files beside a lesson in a folder of this host; links that lead out of it are refused like paths that do. */
export function folderMaterials(folder: string, checks: { maximumBytes: number; checkContent: ContentCheck }): Materials {
  return {
    async pathOf(name) {
      const root = await realpath(folder);
      const path = await realpath(join(root, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw missing(name);
        throw error;
      });
      const within = relative(root, path);
      if (within.startsWith('..') || isAbsolute(within)) throw outside(name);
      const fault = await faultOf(name, path, checks);
      if (fault) throw fault;
      return path;
    },
  };
}

async function faultOf(name: string, path: string, checks: { maximumBytes: number; checkContent: ContentCheck }): Promise<LecternError | undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > checks.maximumBytes) return tooLarge(name, size, checks.maximumBytes);
    return checks.checkContent(name, await file.readFile());
  } finally {
    await file.close();
  }
}

const missing = (name: string): LecternError =>
  new LecternError('asset_missing', { message: `There is no file “${name}” beside the lesson.`, fix: 'Put the file into the lesson’s folder, or correct its name.' });

const outside = (name: string): LecternError =>
  new LecternError('asset_outside', { message: `“${name}” leads out of the lesson’s folder.`, fix: 'Copy the file into the lesson’s folder and name it there.' });

const tooLarge = (name: string, bytes: number, maximumBytes: number): LecternError =>
  new LecternError('asset_too_large', {
    message: `“${name}” has ${(bytes / 1e6).toFixed(1)} MB; ${(maximumBytes / 1e6).toFixed(0)} MB is the most.`,
    fix: 'Make the image smaller: more than 1920 pixels across is never seen.',
  });
