import { z } from 'zod';
import { coordinateSchema, figureColourSchema, labelSchema, nameSchema, placeSchema, stepsOf, zoomSchema } from './figure-parts.ts';

const pointsSchema = z.record(nameSchema, placeSchema);
const endsSchema = z.tuple([nameSchema, nameSchema]);
const namesSchema = z.array(nameSchema).min(1);
const looks = { label: labelSchema.optional(), colour: figureColourSchema.optional() };
const dashed = z.boolean().optional();

const geometryActionSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('place'), places: pointsSchema }),
  z.strictObject({ do: z.literal('polygon'), name: nameSchema, corners: z.array(nameSchema).min(3).max(24), fill: z.boolean().optional(), dashed, ...looks }),
  z.strictObject({ do: z.literal('segment'), name: nameSchema, ends: endsSchema, arrow: z.boolean().optional(), dashed, ...looks }),
  z.strictObject({
    do: z.literal('circle'), name: nameSchema, centre: nameSchema, fill: z.boolean().optional(), dashed, ...looks,
    radius: coordinateSchema.optional(), through: nameSchema.optional(),
  }),
  /** A corner square where it is 90 degrees, an arc otherwise. The middle one is the corner. */
  z.strictObject({ do: z.literal('angle'), name: nameSchema, corners: z.tuple([nameSchema, nameSchema, nameSchema]), ...looks }),
  /** Outward on a side; `cells` a side, for counting. */
  z.strictObject({ do: z.literal('square'), name: nameSchema, side: endsSchema, cells: z.int().min(1).max(12).optional(), ...looks }),
  z.strictObject({ do: z.literal('dot'), name: nameSchema, ...looks }),
  z.strictObject({ do: z.literal('label'), of: nameSchema, text: labelSchema, colour: figureColourSchema.optional() }),
  z.strictObject({ do: z.literal('text'), text: labelSchema, at: placeSchema, colour: figureColourSchema.optional() }),
  z.strictObject({ do: z.literal('equal'), segments: z.array(endsSchema).min(1) }),
  z.strictObject({ do: z.literal('parallel'), segments: z.array(endsSchema).min(1) }),
  /** A piece moves as a whole, by a way, or until its first corner is at a place. */
  z.strictObject({ do: z.literal('slide'), name: nameSchema, by: placeSchema.optional(), to: z.union([placeSchema, nameSchema]).optional() }),
  z.strictObject({ do: z.literal('turn'), name: nameSchema, by: z.number().min(-720).max(720), about: nameSchema.optional() }),
  /** The cells of squares fly over and fill another square. */
  z.strictObject({ do: z.literal('pour'), from: namesSchema, into: nameSchema }),
  z.strictObject({ do: z.literal('fill'), names: namesSchema, colour: figureColourSchema.optional() }),
  z.strictObject({ do: z.literal('highlight'), names: namesSchema }),
  z.strictObject({ do: z.literal('recede'), names: namesSchema }),
  z.strictObject({ do: z.literal('erase'), names: namesSchema }),
  zoomSchema,
]);

/** Points and what is drawn through them, or, with `continues`, changes in the figure on the stage. */
export const geometrySchema = z.strictObject({
  kind: z.literal('geometry'),
  continues: z.boolean().optional(),
  points: pointsSchema,
  /** Left, bottom, right, top of what must fit, where later steps need more room than the first picture. */
  frame: z.tuple([coordinateSchema, coordinateSchema, coordinateSchema, coordinateSchema]).optional(),
  grid: z.boolean().optional(),
  draw: z.array(geometryActionSchema),
  steps: stepsOf(geometryActionSchema),
});
