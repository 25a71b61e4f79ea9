import { z } from 'zod';

/** A row of cells. */
export const arraySchema = z.strictObject({ kind: z.literal('array'), values: z.array(z.string()) });

export const figureVisualSchemas = [arraySchema] as const;
