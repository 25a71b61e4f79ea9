import { z } from 'zod';

const range = z.strictObject({ expected: z.number().nonnegative(), most: z.number().nonnegative() });

/** One use of a provider. */
const estimatedUseSchema = z.strictObject({
  use: z.enum(['plan', 'scenes', 'mending', 'speech']),
  provider: z.string(),
  model: z.string(),
  calls: range,
  inputTokens: range,
  outputTokens: range,
  characters: z.number().nonnegative(),
  microDollars: range,
  /** Averages of films of this store, or what Lectern takes for usual. */
  basis: z.enum(['history', 'defaults']),
});
export type EstimatedUse = z.infer<typeof estimatedUseSchema>;

/** What a film will take, told before anything is spent. `most`: every section mended, every reply as long as it may be. */
export const estimateSchema = z.strictObject({
  sections: range,
  inputTokens: range,
  outputTokens: range,
  /** That are spoken. */
  characters: z.number().nonnegative(),
  filmSeconds: z.number().nonnegative(),
  /** From the request to the film. */
  waitingSeconds: z.number().nonnegative(),
  microDollars: range,
  uses: z.array(estimatedUseSchema),
  /** What the averages come from. */
  basis: z.strictObject({ films: z.int().nonnegative(), topics: z.int().nonnegative(), waiting: z.enum(['history', 'defaults']), note: z.string() }),
});
export type Estimate = z.infer<typeof estimateSchema>;
