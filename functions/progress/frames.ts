import type { Happening } from '../../shared/contract/event.ts';

/** Frames that have been drawn are told this often in a job at most, whatever the number of its sections. */
const BETWEEN_FRAMES_MS = 250;

export type FramesDrawn = Extract<Happening, { type: 'section.progress' }>;

/** Who tells of a section's frames. */
export interface FramesTeller {
  record: (happening: Happening) => void;
  /** Whether writing has fallen behind: frames wait then. */
  isBehind: () => boolean;
}

export interface Frames {
  add(happening: FramesDrawn, teller: FramesTeller): void;
  drop(section: number): void;
  clear(): void;
}

/** Lets the latest frames of each section through, one section after the other, with a pause after each. */
export function coalesceFrames(): Frames {
  const latest = new Map<number, { happening: FramesDrawn; teller: FramesTeller }>();
  let timer: NodeJS.Timeout | undefined;

  const tell = (): void => {
    timer = undefined;
    if (latest.size === 0) return;
    timer = setTimeout(tell, BETWEEN_FRAMES_MS);
    const next = [...latest.values()].find(({ teller }) => !teller.isBehind());
    if (next === undefined) return;
    latest.delete(next.happening.section);
    next.teller.record(next.happening);
  };
  return {
    add(happening, teller) {
      latest.set(happening.section, { happening, teller });
      if (timer === undefined) tell();
    },
    drop: (section) => void latest.delete(section),
    clear() {
      latest.clear();
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
