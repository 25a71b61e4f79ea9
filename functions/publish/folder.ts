import { constants } from 'node:fs';
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nameDiskFull } from '../../shared/errors.ts';
import type { Publisher } from './port.ts';

/** Writes a film into a folder: every file under its name, `report.json` last, so that who sees it has a whole film. */
export function folderPublisher(folder: string): Publisher {
  return {
    async publish(film, signal) {
      const [movie] = film.files;
      if (!movie) throw new Error('A finished film has at least its movie.');
      const report = { name: 'report.json', text: `${JSON.stringify(film.report, null, 2)}\n` };
      for (const file of [...film.files, report]) {
        signal.throwIfAborted();
        const written = join(folder, file.name);
        await mkdir(dirname(written), { recursive: true }).catch(nameDiskFull);
        // Renamed into place: an earlier film stays whole until the new file is.
        const unfinished = `${written}.part`;
        if ('text' in file) await writeFile(unfinished, file.text).catch(nameDiskFull);
        else await copyFile(file.path, unfinished, constants.COPYFILE_FICLONE).catch(nameDiskFull);
        await rename(unfinished, written);
      }
      return { film: join(folder, movie.name) };
    },
  };
}
