import type { Latencies } from './latencies.ts';

export interface IdealFilm {
  /** Until the last section is drawn. */
  sectionsSeconds: number;
  /** Until the first section is drawn: its own path. */
  firstSectionSeconds: number;
}

/**
 * When sections could be finished by somebody who loses no time: the outline, then the sections one after the other out of one
 * reply, each on its path as soon as it is planned and a slot is free, in their order (list scheduling, Graham 1969).
 */
export function idealFilm({ sections, slots }: { sections: number; slots: number }, latencies: Latencies): IdealFilm {
  const freeAt = Array.from({ length: slots }, () => 0);
  const ends: number[] = [];
  let plannedAt = latencies('outline', 0);
  for (let section = 1; section <= sections; section += 1) {
    plannedAt += latencies('plan', section);
    const slot = freeAt.indexOf(Math.min(...freeAt));
    const path = latencies('narrate', section) + latencies('code', section) + latencies('render', section);
    const end = Math.max(plannedAt, freeAt[slot] ?? 0) + path;
    freeAt[slot] = end;
    ends.push(end);
  }
  return { sectionsSeconds: Math.max(...ends), firstSectionSeconds: ends[0] ?? 0 };
}
