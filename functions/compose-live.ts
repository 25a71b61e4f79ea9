import { join } from 'node:path';
import type { Config } from './config.ts';
import { room } from './engine/room.ts';
import { folderLiveFilms } from './live/folder.ts';
import type { LiveFilms } from './live/port.ts';
import { type LiveObjects, storedLiveFilms } from './live/stored.ts';
import type { Ports } from './pipeline/ports.ts';

/** Showing films of all jobs takes one core at a time: the others draw. */
const SHOWN_AT_ONCE = 1;

export interface Live {
  /** For those who watch. */
  films: LiveFilms;
  /** For the job that makes one. */
  of(jobId: string): Ports['live'];
}

/**
 * Films that can be watched while they are made: in the store where services and workers may be on several hosts, else in a folder of the data
 * folder, which all of this host share.
 */
export const openLiveFilms = (config: Config, objects: LiveObjects | undefined): LiveFilms =>
  objects === undefined ? folderLiveFilms(join(config.dataFolder, 'live')) : storedLiveFilms(objects);

/** The same, with what jobs show them by. */
export function openLive(config: Config, objects: LiveObjects | undefined): Live {
  const films = openLiveFilms(config, objects);
  const places = room(SHOWN_AT_ONCE);
  return { films, of: (jobId) => ({ files: films.film(jobId), places }) };
}
