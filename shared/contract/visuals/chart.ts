import { z } from 'zod';
import { figureColourSchema, labelSchema, nameSchema, stepsOf } from './figure-parts.ts';

const barsSchema = z.record(z.string().min(1).max(30), z.number().min(0).max(1e12));

const chartActionSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('change'), values: barsSchema }),
  z.strictObject({ do: z.literal('highlight'), bars: z.array(nameSchema).min(1), colour: figureColourSchema.optional() }),
  z.strictObject({ do: z.literal('reveal'), bars: z.array(nameSchema).min(1) }),
]);

/** Bars with their values, or, with `continues`, changes in the chart on the stage. */
export const chartSchema = z.strictObject({
  kind: z.literal('chart'),
  continues: z.boolean().optional(),
  bars: barsSchema,
  unit: z.string().max(8).optional(),
  title: labelSchema.optional(),
  colour: figureColourSchema.optional(),
  /** Upright bars for things in an order, such as years; lying ones otherwise. */
  upright: z.boolean().optional(),
  /** The bars that are there at first, where `reveal` brings the others. */
  start: z.array(nameSchema).optional(),
  /** Name of the bar that stands for those that there is no room for. */
  others: z.string().min(1).max(30).optional(),
  draw: z.array(chartActionSchema),
  steps: stepsOf(chartActionSchema),
});
