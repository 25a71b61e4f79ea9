import { z } from 'zod';
import { ledgerEntrySchema, qualitySchema, themeNameSchema } from './plan.ts';

const instructions = z.string().min(1);

/** `plan_prompts.yaml`: what the planner is told, besides the topic and the form of its answer. */
export const planPromptsSchema = z.strictObject({ outline: instructions, sections: instructions });

/** A section as a writer of scene code is given it, and the code that one would be proud of. */
export const sceneExampleSchema = z.strictObject({
  film: z.string().min(1),
  section: z.string().min(1),
  ledger: z.array(ledgerEntrySchema),
  beats: z
    .array(z.strictObject({ said: z.string().min(1), picture: z.string().min(1), seconds: z.number().min(1).max(60) }))
    .min(1)
    .max(12),
  code: instructions,
});
export type SceneExample = z.infer<typeof sceneExampleSchema>;

/** `scene_prompts.yaml`: what the writer of scene code is told, and sections with their code as examples of good work. */
export const scenePromptsSchema = z.strictObject({ scene: instructions, examples: z.array(sceneExampleSchema).max(5) });

/** `repair_prompts.yaml`: what is said when an answer did not hold. */
export const repairPromptsSchema = z.strictObject({ outline: instructions, section: instructions, scene: instructions, picture: instructions });

/** `parameters.yaml`. */
export const flavorParametersSchema = z.strictObject({
  models: z.strictObject({ plan: z.string().min(1), scene: z.string().min(1), repair: z.string().min(1) }),
  /** Of the film, where the topic does not say. */
  seconds: z.number().min(20).max(1800),
  sections: z
    .strictObject({ fewest: z.int().min(1).max(20), most: z.int().min(1).max(20) })
    .refine(({ fewest, most }) => fewest <= most, { path: ['fewest'], error: 'is more than `most`' }),
  quality: qualitySchema,
  theme: themeNameSchema,
  /** A take with this many faults of severity `repair` in its picture is worth a call of the repair model; 0 for never. */
  picture_faults: z.int().min(0),
  output_tokens: z.strictObject({ outline: z.int().positive(), sections: z.int().positive(), scene: z.int().positive(), repair: z.int().positive() }),
});

/** Each file of a flavor's folder, by the part of the flavor that it holds. */
export const flavorFileSchemas = { plan: planPromptsSchema, scene: scenePromptsSchema, repair: repairPromptsSchema, parameters: flavorParametersSchema };

export const flavorNameSchema = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/);

export const flavorSchema = z.strictObject({ name: flavorNameSchema, ...flavorFileSchemas });
/** A folder of prompts and parameters under `flavors/`: how films are planned, written and mended. */
export type Flavor = z.infer<typeof flavorSchema>;
