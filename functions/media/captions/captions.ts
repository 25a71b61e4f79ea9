import type { Span } from '../../../shared/contract/plan.ts';
import type { PacedBeat } from '../narration/pacing.ts';
import { captionLimits } from './limits.ts';
import { scheduleCues } from './schedule.ts';
import type { Cue } from './schedule.ts';
import { segmentCaptions } from './segment.ts';
import { shownWords } from './shown-words.ts';
import type { CaptionWord } from './shown-words.ts';

const FRAMES_BETWEEN_CUES = 2;

/** The words that captions show of a section, in the section's own time. */
export function sectionCaptionWords(beats: { narration: Span[] }[], paced: Pick<PacedBeat, 'alignment'>[], language: string): CaptionWord[] {
  const { charactersPerLine } = captionLimits(language);
  return beats.flatMap(({ narration }, index) => {
    const beat = paced[index];
    return beat === undefined ? [] : shownWords(narration, beat.alignment, { language, charactersPerLine });
  });
}

export interface CaptionedSection {
  words: CaptionWord[];
  /** As long as its clip is. */
  frames: number;
}

/**
 * The captions of a whole film: at most 42 characters a line and two lines (16 for Chinese, Japanese and Korean), 17 characters a second aimed
 * at and 20 never passed (9 for Chinese and Japanese), two frames apart, none spanning sections.
 * `shortened` tells that more text was shown than can be read while the film lasts, and that ends were left out.
 */
export function filmCues(sections: CaptionedSection[], setting: { language: string; framesPerSecond: number }): { cues: Cue[]; shortened: boolean } {
  const limits = captionLimits(setting.language);
  const gapSeconds = FRAMES_BETWEEN_CUES / setting.framesPerSecond;
  let startFrame = 0;
  const drafts = sections.flatMap(({ words, frames }) => {
    const startSeconds = startFrame / setting.framesPerSecond;
    startFrame += frames;
    return segmentCaptions(words, { limits, gapSeconds, endSeconds: frames / setting.framesPerSecond }).map((draft) => ({
      ...draft,
      startSeconds: draft.startSeconds + startSeconds,
      speechEndSeconds: draft.speechEndSeconds + startSeconds,
    }));
  });
  const filmMilliseconds = Math.floor((startFrame / setting.framesPerSecond) * 1000);
  return scheduleCues(drafts, { limits, gapMilliseconds: Math.ceil(gapSeconds * 1000), filmMilliseconds });
}
