import { z } from 'zod';

/** Display mathematics, as LaTeX without delimiters. */
export const formulaSchema = z.strictObject({ kind: z.literal('formula'), tex: z.string().min(1) });

export const textVisualSchemas = [formulaSchema] as const;
