import type { Happening } from '../../shared/contract/event.ts';

/** Frames that have been drawn are told this often in a job at most, whatever the number of its sections. */
const BETWEEN_FRAMES_MS = 250;

export type Frames = Extract<Happening, { type: 'section.progress' }>;

/** Lets the latest frames of each section through, one section after the other, with a pause after each. */
export function coalesceFrames(record: (happening: Happening) => void, isBehind: () => boolean) {
  const latest = new Map<number, Frames>();
  let timer: NodeJS.Timeout | undefined;

  const tell = (): void => {
    timer = undefined;
    const [next] = latest.values();
    if (next === undefined) return;
    timer = setTimeout(tell, BETWEEN_FRAMES_MS);
    if (isBehind()) return;
    latest.delete(next.section);
    record(next);
  };
  return {
    add(happening: Frames): void {
      latest.set(happening.section, happening);
      if (timer === undefined) tell();
    },
    drop: (section: number): unknown => latest.delete(section),
    clear(): void {
      latest.clear();
      clearTimeout(timer);
    },
  };
}
