import { z } from 'zod';
import { visualSchema } from './visual.ts';

/** Where something stands in the lesson: 1-based lines, both included. */
export const sourceSchema = z.strictObject({ firstLine: z.int().positive(), lastLine: z.int().positive() });
export type Source = z.infer<typeof sourceSchema>;

/**
 * A stretch of narration. `text` is what captions and transcript show; `spoken` is what the voice says, where
 * that differs (`E = mc²` is shown, "E equals m c squared" is spoken).
 */
export const spanSchema = z.strictObject({ text: z.string(), spoken: z.string().optional() });
export type Span = z.infer<typeof spanSchema>;

/** One or two sentences, and what is seen while they are spoken. */
export const beatSchema = z.strictObject({
  narration: z.array(spanSchema).min(1),
  /** Bold words of the narration: the only ones of it that may reach the screen. */
  keyPhrases: z.array(z.string()),
  visuals: z.array(visualSchema),
  /** What should be seen, in words, where somebody else than the template writer is to draw it. */
  picture: z.string().optional(),
  /** The lesson's line at which each of the visuals starts, in their order. */
  visualLines: z.array(z.int().positive()).optional(),
  /** Everything that is on the stage leaves before this beat. */
  clearsStage: z.boolean().optional(),
  /** Silence after the beat, before the next one starts. */
  pauseSeconds: z.number().min(0).max(10),
  source: sourceSchema.optional(),
});
export type Beat = z.infer<typeof beatSchema>;

/** The unit that is narrated, coded and rendered: one idea, 5 to 8 beats. */
export const sectionSchema = z.strictObject({
  title: z.string().min(1),
  /** What it is for, where it was outlined before it was written: whoever draws it once more is told so again. */
  goal: z.string().optional(),
  beats: z.array(beatSchema).min(1),
  /** The author's own scene code (a `manim` fence). It replaces what the template writer would draw. */
  sceneCode: z.strictObject({ python: z.string(), source: sourceSchema }).optional(),
  source: sourceSchema.optional(),
});
export type Section = z.infer<typeof sectionSchema>;

/** The five data colours of the theme; a symbol keeps its colour in figure, formula and number. */
export const dataColourSchema = z.enum(['blue', 'orange', 'teal', 'rose', 'violet']);
export type DataColour = z.infer<typeof dataColourSchema>;

/** A symbol (LaTeX) that means the same and has the same colour in every section. */
export const ledgerEntrySchema = z.strictObject({ symbol: z.string(), colour: dataColourSchema, meaning: z.string() });
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

export const themeNameSchema = z.enum(['dark', 'light']);
export type ThemeName = z.infer<typeof themeNameSchema>;

export const qualitySchema = z.enum(['preview', 'standard', 'final']);
export type Quality = z.infer<typeof qualitySchema>;

/** A section before it is written: what it is for, and how long it should take. */
export const outlineSectionSchema = z.strictObject({
  title: z.string().min(1),
  goal: z.string().optional(),
  seconds: z.number().positive().optional(),
  /** Ledger symbols (LaTeX) that are named here for the first time, and those that are taken as known. */
  introduces: z.array(z.string()).optional(),
  uses: z.array(z.string()).optional(),
});
export type OutlineSection = z.infer<typeof outlineSectionSchema>;

/** What a lesson, or a topic, has become before anything is bought: the input of every later phase. */
export const planSchema = z.strictObject({
  title: z.string().min(1),
  /** BCP 47, such as `en` or `es`. */
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/),
  /** The voice asked for, in the words of whichever speech adapter runs; its default where absent. */
  voice: z.string().optional(),
  quality: qualitySchema,
  theme: themeNameSchema,
  keywords: z.array(z.string()),
  ledger: z.array(ledgerEntrySchema),
  sections: z.array(sectionSchema).min(1),
});
export type Plan = z.infer<typeof planSchema>;

/** What a film is to be, before its sections are written; every plan is one, too. */
export const outlineSchema = planSchema.extend({ sections: z.array(outlineSectionSchema).min(1) });
export type Outline = z.infer<typeof outlineSchema>;

/** The beat's words as the voice says them. */
export const spokenText = (beat: Beat): string => beat.narration.map((span) => span.spoken ?? span.text).join('').trim();

/** The beat's words as captions and transcript show them. */
export const shownText = (beat: Beat): string => beat.narration.map((span) => span.text).join('').trim();
