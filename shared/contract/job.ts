import { z } from 'zod';
import { themeNameSchema } from './plan.ts';

/** The version of the pipe protocol between host and worker; both refuse another. */
export const PROTOCOL = 1;

/** What one section's video is made to: part of every clip's cache key, since clips are joined by stream copy. */
export const encoderProfileSchema = z.strictObject({
  width: z.int().positive().multipleOf(2),
  height: z.int().positive().multipleOf(2),
  framesPerSecond: z.int().positive(),
  /** x264's own words. */
  preset: z.string(),
  /** Of every frame that refers to another; keyframes get a finer one. */
  quantiser: z.int().min(1).max(51),
  keyframeSeconds: z.number().positive(),
});
export type EncoderProfile = z.infer<typeof encoderProfileSchema>;

/** Beat k is seen in the frames [startFrame, endFrame); beats touch, and the last ends with the section. */
export const beatFramesSchema = z.strictObject({
  startFrame: z.int().nonnegative(),
  /** Where speech ends: what follows, up to endFrame, is the pause before the next beat. */
  speechEndFrame: z.int().nonnegative(),
  endFrame: z.int().positive(),
  /** Every spoken word with the frame at which it starts. */
  words: z.array(z.strictObject({ text: z.string(), frame: z.int().nonnegative() })),
});
export type BeatFrames = z.infer<typeof beatFramesSchema>;

/** What a render worker receives: one section, as one JSON line, followed by the bytes of its assets in order. */
export const renderJobSchema = z.strictObject({
  protocol: z.literal(PROTOCOL),
  /** 1-based. */
  section: z.int().positive(),
  title: z.string(),
  language: z.string(),
  theme: themeNameSchema,
  /** Colour of each ledger symbol, by its LaTeX. */
  symbolColours: z.record(z.string(), z.string()),
  /** One Python module; the scene is its last class that derives from Scene. */
  sceneCode: z.string(),
  beats: z.array(beatFramesSchema).min(1),
  totalFrames: z.int().positive(),
  seed: z.int().nonnegative(),
  profile: encoderProfileSchema,
  assets: z.array(z.strictObject({ name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/), bytes: z.int().nonnegative() })),
});
export type RenderJob = z.infer<typeof renderJobSchema>;
