import { z } from 'zod';

/**
 * An expression as nested lists: a number, the name of a variable, or an operation with its operands, such as
 * `["+", ["^", "x", 2], 1]`. `["sum", "k", 1, 9, body]` adds the body for k = 1 to 9.
 */
export type Expression = number | string | Expression[];

export const expressionSchema: z.ZodType<Expression> = z.lazy(() =>
  z.union([z.number(), z.string(), z.array(expressionSchema).min(2).max(5)]),
);
