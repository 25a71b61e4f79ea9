import { z } from 'zod';
import { figureColourSchema, labelSchema, nameSchema, placeSchema, stepsOf, zoomSchema } from './figure-parts.ts';

/** A node by its name, or an edge by the names at its ends. */
const partSchema = z.union([nameSchema, z.tuple([nameSchema, nameSchema])]);
const partsSchema = z.array(partSchema).min(1);

const graphActionSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('highlight'), parts: partsSchema }),
  z.strictObject({ do: z.literal('colour'), parts: partsSchema, colour: figureColourSchema }),
  z.strictObject({ do: z.literal('path'), nodes: z.array(nameSchema).min(2), colour: figureColourSchema.optional() }),
  z.strictObject({ do: z.literal('reveal'), nodes: z.array(nameSchema).min(1) }),
  z.strictObject({ do: z.literal('recede'), parts: partsSchema }),
  /** The column at the right: a value for each name, in the order in which they were first given. */
  z.strictObject({ do: z.literal('values'), values: z.record(nameSchema, z.string().min(1).max(12)) }),
  z.strictObject({ do: z.literal('weight'), edge: z.tuple([nameSchema, nameSchema]), label: labelSchema }),
  z.strictObject({ do: z.literal('travel'), nodes: z.array(nameSchema).min(2) }),
  z.strictObject({ do: z.literal('clear') }),
  zoomSchema,
]);

/** Nodes and edges, or, with `continues`, changes in the graph on the stage. */
export const graphSchema = z.strictObject({
  kind: z.literal('graph'),
  continues: z.boolean().optional(),
  /** Name to what stands in the node. */
  nodes: z.record(nameSchema, labelSchema),
  edges: z.array(
    z.strictObject({ from: nameSchema, to: nameSchema, directed: z.boolean(), label: labelSchema.optional() }),
  ).max(40),
  places: z.record(nameSchema, placeSchema).optional(),
  colours: z.record(nameSchema, figureColourSchema).optional(),
  boxes: z.boolean().optional(),
  /** The nodes that are there at first, where `reveal` brings the others. */
  start: z.array(nameSchema).optional(),
  draw: z.array(graphActionSchema),
  steps: stepsOf(graphActionSchema),
});
