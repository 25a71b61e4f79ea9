import type { CaptionLimits } from './limits.ts';
import { breakLines, endsClause, endsSentence, isFunctionWord, lengthOf } from './lines.ts';
import type { CaptionWord } from './shown-words.ts';

export const LONGEST_CUE_SECONDS = 7;
export const AIMED_SHORTEST_SECONDS = 1;
export const AFTER_SPEECH_SECONDS = 0.3;

const HEARD_PAUSE_SECONDS = 0.25;
const LONG_PAUSE_SECONDS = 1;

/** A caption before it has its times: when its words are spoken, and how they are set. */
export interface CaptionDraft {
  lines: string[];
  startSeconds: number;
  speechEndSeconds: number;
}

export interface SegmentSetting {
  limits: CaptionLimits;
  gapSeconds: number;
  /** The last caption can stay until here. */
  endSeconds: number;
}

/** What speaks against ending a caption after its last word. */
function endingCost(words: CaptionWord[], next: CaptionWord | undefined, limits: CaptionLimits): number {
  const last = words.at(-1) as CaptionWord;
  if (next === undefined || endsSentence(last)) return -4;
  const pauseSeconds = next.startSeconds - last.endSeconds;
  const ending = endsClause(last) ? -1.5 : pauseSeconds > HEARD_PAUSE_SECONDS ? 0 : 3;
  return ending + (isFunctionWord(last, limits) ? 4 : 0);
}

function insideCost(words: CaptionWord[]): number {
  let cost = 0;
  for (let index = 0; index + 1 < words.length; index += 1) {
    const word = words[index] as CaptionWord;
    if (endsSentence(word)) cost += 5;
    if ((words[index + 1] as CaptionWord).startSeconds - word.endSeconds > LONG_PAUSE_SECONDS) cost += 8;
  }
  return cost;
}

function readingCost(draft: CaptionDraft, next: CaptionWord | undefined, { limits, gapSeconds, endSeconds }: SegmentSetting): number {
  const characters = lengthOf(draft.lines);
  const available = Math.max(0.001, (next === undefined ? endSeconds : next.startSeconds) - gapSeconds - draft.startSeconds);
  const wanted = Math.max(draft.speechEndSeconds - draft.startSeconds + AFTER_SPEECH_SECONDS, AIMED_SHORTEST_SECONDS, characters / limits.aimedRate);
  const seconds = Math.min(available, wanted, LONGEST_CUE_SECONDS);
  const rate = characters / seconds;
  const unreadable = rate > limits.highestRate ? 30 + 10 * Math.min(100, rate - limits.highestRate) : 0;
  return 1.5 * Math.max(0, rate - limits.aimedRate) + 10 * Math.max(0, AIMED_SHORTEST_SECONDS - seconds) + unreadable;
}

function draftOf(words: CaptionWord[], limits: CaptionLimits): CaptionDraft | undefined {
  const lines = breakLines(words, limits);
  const startSeconds = (words[0] as CaptionWord).startSeconds;
  const speechEndSeconds = (words.at(-1) as CaptionWord).endSeconds;
  if (lines === undefined || (words.length > 1 && speechEndSeconds - startSeconds > LONGEST_CUE_SECONDS)) return undefined;
  return { lines, startSeconds, speechEndSeconds };
}

/**
 * Cuts the words of a section into captions, by dynamic programming over the places between words: captions end with
 * sentences or clauses where they can, hold about as much as can be read while they are spoken, and always fit their lines.
 */
export function segmentCaptions(words: CaptionWord[], setting: SegmentSetting): CaptionDraft[] {
  const best: { cost: number; from: number; draft: CaptionDraft | undefined }[] = [{ cost: 0, from: 0, draft: undefined }];
  for (let to = 1; to <= words.length; to += 1) {
    best.push({ cost: Infinity, from: to, draft: undefined });
    for (let from = to - 1; from >= 0; from -= 1) {
      const chosen = words.slice(from, to);
      const draft = draftOf(chosen, setting.limits);
      // Adding a word to the front only makes it longer; a single word always fits.
      if (draft === undefined) break;
      const next = words[to];
      const ownCost = 4 + endingCost(chosen, next, setting.limits) + insideCost(chosen) + readingCost(draft, next, setting);
      const cost = (best[from] as { cost: number }).cost + ownCost;
      if (cost < (best[to] as { cost: number }).cost) best[to] = { cost, from, draft };
    }
  }
  const drafts: CaptionDraft[] = [];
  for (let to = words.length; to > 0; ) {
    const { from, draft } = best[to] as { from: number; draft: CaptionDraft };
    drafts.unshift(draft);
    to = from;
  }
  return drafts;
}
