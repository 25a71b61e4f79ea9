import { z } from 'zod';
import { expressionSchema } from './expression.ts';
import { coordinateSchema, figureColourSchema, labelSchema, nameSchema, stepsOf, zoomSchema } from './figure-parts.ts';

const rangeSchema = z.tuple([coordinateSchema, coordinateSchema]);
const namesSchema = z.array(nameSchema).min(1);
const looks = { label: labelSchema.optional(), colour: figureColourSchema.optional() };

const plotActionSchema = z.discriminatedUnion('do', [
  /** A curve; where one of this name is there already, that one turns into it. */
  z.strictObject({
    do: z.literal('curve'), name: nameSchema, of: expressionSchema, ...looks,
    from: coordinateSchema.optional(), to: coordinateSchema.optional(),
    style: z.enum(['solid', 'dashed', 'faint']).optional(),
  }),
  /** A dot at a height, or on a curve. */
  z.strictObject({ do: z.literal('point'), name: nameSchema, x: coordinateSchema, y: z.union([coordinateSchema, nameSchema]), ...looks }),
  /** Between a curve and the axis, or another curve. */
  z.strictObject({
    do: z.literal('area'), name: nameSchema, under: nameSchema, above: nameSchema.optional(), ...looks,
    from: coordinateSchema.optional(), to: coordinateSchema.optional(),
  }),
  z.strictObject({ do: z.literal('tangent'), name: nameSchema, curve: nameSchema, x: coordinateSchema, ...looks }),
  z.strictObject({ do: z.literal('secant'), name: nameSchema, curve: nameSchema, from: coordinateSchema, to: coordinateSchema, ...looks }),
  z.strictObject({ do: z.literal('vertical'), name: nameSchema, x: coordinateSchema, ...looks }),
  z.strictObject({ do: z.literal('horizontal'), name: nameSchema, y: coordinateSchema, ...looks }),
  /** A dot runs along the curve for as long as the step lasts. */
  z.strictObject({ do: z.literal('follow'), curve: nameSchema, from: coordinateSchema, to: coordinateSchema, name: nameSchema.optional() }),
  /** A point, tangent, vertical, or the far end of a secant goes to another x; a horizontal to another y. */
  z.strictObject({ do: z.literal('move'), name: nameSchema, to: coordinateSchema }),
  /** One more line in the column at the right. */
  z.strictObject({ do: z.literal('term'), text: labelSchema, colour: figureColourSchema.optional() }),
  z.strictObject({ do: z.literal('faint'), names: namesSchema }),
  z.strictObject({ do: z.literal('erase'), names: namesSchema }),
  z.strictObject({ do: z.literal('highlight'), names: namesSchema }),
  zoomSchema,
]);

const ticksSchema = z.array(z.strictObject({ at: coordinateSchema, label: z.string().max(24) })).max(12);

/** Axes with curves and marks, or, with `continues`, changes in the plot on the stage. */
export const plotSchema = z.strictObject({
  kind: z.literal('plot'),
  continues: z.boolean().optional(),
  x: rangeSchema,
  /** Fitted to the curves where absent. */
  y: rangeSchema.optional(),
  xLabel: labelSchema.optional(),
  yLabel: labelSchema.optional(),
  xTicks: ticksSchema.optional(),
  yTicks: ticksSchema.optional(),
  grid: z.boolean().optional(),
  draw: z.array(plotActionSchema),
  steps: stepsOf(plotActionSchema),
});
