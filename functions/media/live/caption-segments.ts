import { webVttPart } from '../captions/formats.ts';
import type { Cue } from '../captions/schedule.ts';

/** Where the clock of the captions meets that of the film (RFC 8216, section 3.5). */
const CLOCK = 'X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000';

/** A stretch of the film, in milliseconds. */
export interface Stretch {
  startMilliseconds: number;
  endMilliseconds: number;
}

/** Cues of a section, moved to their place in the film. */
export const placedCues = (cues: Cue[], startMilliseconds: number): Cue[] =>
  cues.map((cue) => ({ ...cue, startMilliseconds: cue.startMilliseconds + startMilliseconds, endMilliseconds: cue.endMilliseconds + startMilliseconds }));

/** The captions of a stretch as a WebVTT segment: one that goes on after its end stands in the next segment as well. */
export function captionSegment(cues: Cue[], { startMilliseconds, endMilliseconds }: Stretch): string {
  const shown = cues.filter((cue) => cue.startMilliseconds < endMilliseconds && cue.endMilliseconds > startMilliseconds);
  return webVttPart(CLOCK, shown);
}
