import { z } from 'zod';

/** What the runtime did in one beat. Frames count from the section's first. */
const beatReportSchema = z.strictObject({
  plannedStartFrame: z.int(),
  plannedEndFrame: z.int(),
  /** Where the runtime in fact stood when the beat was entered and left. */
  actualStartFrame: z.int(),
  actualEndFrame: z.int(),
  animations: z.int(),
  /** Factor that run times were scaled by to fit; 1 when nothing was squeezed. */
  squeeze: z.number(),
  /** Animations applied at once because no frame was left for them. */
  appliedAtOnce: z.int(),
  paddedFrames: z.int(),
  /** The longest run of equal frames while the beat is spoken. */
  longestStillSeconds: z.number(),
  skipped: z.boolean(),
});

/** A fault in the picture, found at a beat's end (film.md section 5). Lengths in units of frame height / 8. */
const geometryFaultSchema = z.strictObject({
  kind: z.enum(['overlap', 'cross', 'frame', 'caption', 'small', 'contrast', 'hidden', 'empty']),
  severity: z.enum(['repair', 'warn']),
  beat: z.int(),
  frame: z.int(),
  /** The texts concerned, shortened. */
  what: z.string(),
  detail: z.string(),
});

export const renderFailureSchema = z.strictObject({
  /** code: the scene's own fault. tex: a formula. limit: time, memory, output. sandbox: lost, or could not start. protocol: what came back was not true. */
  kind: z.enum(['code', 'tex', 'limit', 'sandbox', 'protocol']),
  /** The Python exception's class, or the limit's name. */
  errorClass: z.string(),
  message: z.string(),
  /** Line of the scene code. */
  line: z.int().optional(),
  beat: z.int().optional(),
  traceback: z.string().optional(),
});
export type RenderFailure = z.infer<typeof renderFailureSchema>;

/** Something wrong with scene code that the check or the render found, and whether a known fix has mended it. */
export const findingSchema = z.strictObject({
  /** Id of the check or of the row of the known-fix table, such as `unknown_name` or `showcreation`. */
  rule: z.string(),
  found: z.enum(['check', 'render']),
  errorClass: z.string(),
  message: z.string(),
  /** Line of the scene code as it was written. */
  line: z.int().positive().optional(),
  mended: z.boolean(),
  /** A word to whoever mends it: a model, or a reader. */
  hint: z.string().optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** What a worker says of a section. Scene code can forge it: the host validates it and counts frames itself. */
export const sectionReportSchema = z.strictObject({
  frames: z.int().nonnegative(),
  beats: z.array(beatReportSchema),
  geometry: z.array(geometryFaultSchema),
  resources: z.strictObject({
    wallSeconds: z.number(),
    cpuSeconds: z.number(),
    peakMemoryMiB: z.number(),
    drawnFrames: z.int(),
  }),
  versions: z.record(z.string(), z.string()),
  notes: z.array(z.string()),
  findings: z.array(findingSchema).optional(),
  /** The scene code that was drawn, where known fixes have changed it. */
  mendedCode: z.string().optional(),
  failure: renderFailureSchema.optional(),
});
export type SectionReport = z.infer<typeof sectionReportSchema>;
