import { join } from 'node:path';
import type { Config } from './config.ts';
import { room } from './engine/room.ts';
import { folderLiveFilms } from './live/folder.ts';
import type { LiveFilms } from './live/port.ts';
import type { Ports } from './pipeline/ports.ts';

/** Showing films of all jobs takes one core at a time: the others draw. */
const SHOWN_AT_ONCE = 1;

export interface Live {
  /** For those who watch. */
  films: LiveFilms;
  /** For the job that makes one. */
  of(jobId: string): Ports['live'];
}

/** Films that can be watched while they are made: in a folder of the data folder, which service and workers of a host share. */
export function openLive(config: Config): Live {
  const films = folderLiveFilms(join(config.dataFolder, 'live'));
  const places = room(SHOWN_AT_ONCE);
  return { films, of: (jobId) => ({ files: films.film(jobId), places }) };
}
