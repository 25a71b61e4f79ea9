import type { CaptionLimits } from './limits.ts';
import { lengthOf } from './lines.ts';
import { AFTER_SPEECH_SECONDS, AIMED_SHORTEST_SECONDS, LONGEST_CUE_SECONDS } from './segment.ts';
import type { CaptionDraft } from './segment.ts';

export interface Cue {
  startMilliseconds: number;
  endMilliseconds: number;
  lines: string[];
}

export interface ScheduleSetting {
  limits: CaptionLimits;
  gapMilliseconds: number;
  filmMilliseconds: number;
}

/** How far a caption may come before its words, when it cannot be read while they are spoken. */
const EARLIEST_LEAD_MILLISECONDS = 700;

const shortestMilliseconds = (lines: string[], limits: CaptionLimits): number => Math.ceil((lengthOf(lines) * 1000) / limits.highestRate);

/** The latest start of each caption that leaves it, and all that follow, long enough to be read before the film ends. */
function latestStarts(drafts: CaptionDraft[], { limits, gapMilliseconds, filmMilliseconds }: ScheduleSetting): number[] {
  let end = filmMilliseconds;
  const starts = drafts.toReversed().map(({ lines }) => {
    const start = end - shortestMilliseconds(lines, limits);
    end = start - gapMilliseconds;
    return start;
  });
  return starts.reverse();
}

/** Keeps the first `kept` characters of some lines, and shows that more was said. */
function shortened(lines: string[], kept: number, { charactersPerLine }: CaptionLimits): string[] {
  let left = kept;
  const some = lines.flatMap((line) => {
    const part = Array.from(line.slice(0, Math.max(0, left))).filter((character) => !/\p{Cs}/u.test(character)).join('').trimEnd();
    left -= line.length + 1;
    return part === '' ? [] : [part];
  });
  const last = some.pop() ?? '';
  return [...some, `${last.length < charactersPerLine ? last : Array.from(last).slice(0, -1).join('')}…`];
}

/** When more is shown than can be read in the whole film, every caption loses the same share of its end, the last ones all. */
function readableDrafts(drafts: CaptionDraft[], setting: ScheduleSetting): CaptionDraft[] {
  const fits = (some: CaptionDraft[]): boolean => (latestStarts(some, setting)[0] ?? 0) >= 0;
  if (fits(drafts)) return drafts;
  for (let share = 0.95; share > 0; share -= 0.05) {
    const shorter = drafts.map((draft) => ({ ...draft, lines: shortened(draft.lines, Math.floor(lengthOf(draft.lines) * share) - 1, setting.limits) }));
    if (fits(shorter)) return shorter;
  }
  const bare = drafts.map((draft) => ({ ...draft, lines: ['…'] }));
  const kept = bare.findIndex((_, index) => !fits(bare.slice(0, index + 1)));
  return bare.slice(0, Math.max(0, kept));
}

/**
 * Gives captions their times. None overlaps, each pair has its gap, and none passes the highest rate. Where its words are spoken too
 * fast to be read, a caption stays into the pause that follows, else comes a little early, else delays those after it, until a pause takes
 * that up. `latestStarts` bounds the delay, so that all of them can be read before the film ends.
 */
export function scheduleCues(allDrafts: CaptionDraft[], setting: ScheduleSetting): { cues: Cue[]; shortened: boolean } {
  const { limits, gapMilliseconds } = setting;
  const drafts = readableDrafts(allDrafts, setting);
  const latest = latestStarts(drafts, setting);
  const milliseconds = (seconds: number): number => Math.max(0, Math.round(seconds * 1000));
  const spoken = drafts.map(({ startSeconds }) => milliseconds(startSeconds));
  const shortest = drafts.map(({ lines }) => shortestMilliseconds(lines, limits));
  const wantedStart = spoken.map((start, index) => {
    const next = spoken[index + 1];
    if (next === undefined) return start;
    return Math.max(0, start - EARLIEST_LEAD_MILLISECONDS, Math.min(start, next - gapMilliseconds - (shortest[index] as number)));
  });
  let free = 0;
  const cues = drafts.map(({ lines, startSeconds, speechEndSeconds }, index): Cue => {
    const start = Math.max(free, Math.min(latest[index] as number, wantedStart[index] as number));
    const speechMilliseconds = milliseconds(speechEndSeconds - startSeconds + AFTER_SPEECH_SECONDS);
    const aimed = Math.max(speechMilliseconds, AIMED_SHORTEST_SECONDS * 1000, Math.ceil((lengthOf(lines) * 1000) / limits.aimedRate));
    const untilNext = Math.min(wantedStart[index + 1] ?? Infinity, latest[index + 1] ?? Infinity) - gapMilliseconds;
    const longest = Math.min(LONGEST_CUE_SECONDS * 1000, untilNext - start, setting.filmMilliseconds - start);
    const end = start + Math.max(shortest[index] as number, Math.min(aimed, longest));
    free = end + gapMilliseconds;
    return { startMilliseconds: start, endMilliseconds: end, lines };
  });
  return { cues, shortened: drafts !== allDrafts };
}
