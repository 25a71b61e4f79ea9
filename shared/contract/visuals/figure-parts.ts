import { z } from 'zod';

/** Colours a figure may be given; `muted` is for context. Yellow is missing on purpose: it means "spoken of now". */
export const figureColourSchema = z.enum(['blue', 'orange', 'teal', 'rose', 'violet', 'muted']);

/** Name of a thing in a figure, by which later steps find it. */
export const nameSchema = z.string().min(1).max(24);

/** Words that stand in the figure; `$…$` in them is LaTeX. */
export const labelSchema = z.string().min(1).max(60);

/** A coordinate in the figure's own units. */
export const coordinateSchema = z.number().min(-1e9).max(1e9);

export const placeSchema = z.tuple([coordinateSchema, coordinateSchema]);

/** Where the camera looks: a named thing, a place, or the whole picture again (null). */
export const zoomSchema = z.strictObject({
  do: z.literal('zoom'),
  to: z.union([nameSchema, placeSchema]).nullable(),
  scale: z.number().min(0.2).max(0.95).optional(),
});

/**
 * Actions of one step follow each other at once; the steps of a visual are spread over the spoken time of its beat.
 * `when` is a word of the narration: the step then starts as it is spoken.
 */
export const stepsOf = <Action extends z.ZodType>(action: Action) =>
  z.array(z.strictObject({ when: z.string().min(1).optional(), actions: z.array(action).min(1) })).max(30);
