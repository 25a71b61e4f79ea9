import type { BeatFrames } from '../../../shared/contract/job.ts';

export interface PosterCandidate {
  beats: BeatFrames[];
  /** How many visuals the section has. */
  visuals: number;
  /** A title card that stands for a section that failed. */
  card: boolean;
}

export interface PosterFrame {
  /** Index of the section, from 0. */
  index: number;
  frame: number;
}

/** The frame that stands for the film: where the richest section has said its last word and all of it is drawn. */
export function posterFrame(sections: PosterCandidate[]): PosterFrame {
  const worth = ({ card, visuals }: PosterCandidate): number => (card ? -1 : visuals);
  const best = sections.reduce((found, section, index) => (worth(section) > worth(sections[found] as PosterCandidate) ? index : found), 0);
  const last = sections[best]?.beats.at(-1);
  if (last === undefined) throw new RangeError('a film without beats has no poster');
  return { index: best, frame: Math.max(last.startFrame, last.speechEndFrame - 1) };
}

/** Takes exactly that frame: seeking lands on the first one that starts at or after the time given. */
export const posterArguments = ({ clip, frame, framesPerSecond, output }: { clip: string; frame: number; framesPerSecond: number; output: string }): string[] =>
  ['-nostdin', '-v', 'error', '-y', '-ss', Math.max(0, (frame - 0.5) / framesPerSecond).toFixed(6), '-i', clip, '-frames:v', '1', '-q:v', '2', output];
