import type { Quality } from '../../shared/contract/plan.ts';

/**
 * What is taken for usual as long as a store has no films to tell. Each figure with where it comes from; `fixtures` are the plans and
 * scenes in test/fixtures/claude, which are as long as those of a capable model.
 */
export const usual = {
  /** English prose, LaTeX and Python lie between three and four. */
  charactersAToken: 3.5,
  /** Seconds of a section: fixtures, 35 to 37. */
  sectionSeconds: 36,
  /** Narration a second of film, pauses included: the five examples have 4,996 characters in 398 s. */
  narratedCharactersASecond: 12.5,
  /** Besides the flavor's instructions: the form of the answer, and the topic. */
  planFormTokens: 1_600,
  outlineReplyTokens: 420,
  /** A section in the streamed reply: fixtures, 1,500 to 1,540 characters. */
  sectionReplyTokens: 440,
  /** The index of blocks and of what Manim has, which every question for a scene shares. */
  sceneReferenceTokens: 12_000,
  /** A section's plan with its beat table. */
  sceneTaskTokens: 1_500,
  /** A scene: fixtures, 4,500 to 6,900 characters. */
  sceneReplyTokens: 1_700,
  /** A scene that failed, with what was said of it. */
  mendTaskTokens: 2_600,
  /** An image that goes with a topic, scaled down. */
  imageTokens: 1_600,
  /** Of the sections: a third of the fixtures carry the mistakes that models make, and known fixes mend some of those. */
  mendedShare: 0.25,
  /** Of a reply as it streams in. */
  replyTokensASecond: 60,
  /** Until a reply begins. */
  firstTokenSeconds: 2,
  /** Sections that are written at the same time. */
  sectionsAtOnce: 3,
} as const;

/**
 * From plan to film, for a second of film, on two cores. `npm run bench:lesson` measures 0.27 at 720p30; the others by how long one
 * process draws the same scene: 3.3 s at 480p15, 9.5 s at 720p30, 38 s at 1080p60.
 */
export const makingSecondsASecond: Record<Quality, number> = { preview: 0.1, standard: 0.27, final: 1.1 };
