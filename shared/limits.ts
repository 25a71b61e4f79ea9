/** How large a lesson, and what stands beside it, may be. A film beyond these is no longer one lesson. */
export const limits = {
  lessonBytes: 1_000_000,
  sections: 60,
  beats: 400,
  /** Narration of one section, in characters: about twelve minutes. */
  sectionCharacters: 12_000,
  sceneCodeCharacters: 100_000,
  imageBytes: 20_000_000,
  /** An image is decoded before it is scaled: more than this would fill the sandbox's memory. */
  imagePixels: 40_000_000,
  /** An image that a model is to look at, as it is sent. */
  imageContextBytes: 5_000_000,
} as const;
