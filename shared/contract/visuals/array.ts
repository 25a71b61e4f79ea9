import { z } from 'zod';
import { labelSchema, nameSchema, stepsOf } from './figure-parts.ts';

/** Cells are counted from 0, as in the programs that the cells stand for. */
const cellSchema = z.int().min(0).max(199);
const rangeSchema = z.tuple([cellSchema, cellSchema]);

const arrayActionSchema = z.discriminatedUnion('do', [
  /** The marker above moves to a cell, which turns yellow and is uncovered; the label stands over the marker. */
  z.strictObject({ do: z.literal('look'), cell: cellSchema, label: labelSchema.optional() }),
  z.strictObject({ do: z.literal('found'), cell: cellSchema, label: labelSchema.optional() }),
  /** Cells that no longer count; they stay, dim. */
  z.strictObject({ do: z.literal('recede'), cells: rangeSchema }),
  z.strictObject({ do: z.literal('light'), cells: rangeSchema }),
  z.strictObject({ do: z.literal('brace'), cells: rangeSchema, label: labelSchema }),
  z.strictObject({ do: z.literal('pointers'), cells: z.record(nameSchema, cellSchema.nullable()) }),
  z.strictObject({ do: z.literal('swap'), cells: rangeSchema }),
  z.strictObject({ do: z.literal('change'), cell: cellSchema, value: labelSchema }),
  z.strictObject({ do: z.literal('uncover'), cells: rangeSchema }),
  /** One more bar under the row, as long as its number. */
  z.strictObject({ do: z.literal('count'), number: z.number().nonnegative(), label: labelSchema.optional() }),
  /** What is looked for, in teal over the row. */
  z.strictObject({ do: z.literal('goal'), label: labelSchema, value: labelSchema }),
  z.strictObject({ do: z.literal('sweep'), cells: rangeSchema, label: labelSchema.optional() }),
  z.strictObject({ do: z.literal('clear') }),
]);

/** A row of cells, or, with `continues`, changes in the row on the stage. */
export const arraySchema = z.strictObject({
  kind: z.literal('array'),
  continues: z.boolean().optional(),
  values: z.array(z.string().min(1).max(12)).max(200),
  indices: z.boolean().optional(),
  covered: z.boolean().optional(),
  draw: z.array(arrayActionSchema),
  steps: stepsOf(arrayActionSchema),
});
